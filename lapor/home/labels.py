"""The help in the application: short tasks in steps, each with an address of its own."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from lapor.policy import Role


@dataclass(frozen=True)
class Topic:
    """One task: ``anchor`` is its place on the page, ``roles`` those whose task it is (empty: everybody's)."""

    anchor: str
    title: Any
    roles: frozenset[Role]
    steps: tuple[Any, ...]
    note: Any = ""


_HEAD = frozenset({Role.HEAD})
_WRITERS = frozenset({Role.OPERATOR, Role.LIAISON})
_DESK = frozenset({Role.COORDINATOR})
_MEETINGS = frozenset({Role.SECRETARIAT, Role.COORDINATOR})

TOPICS = (
    Topic(
        "menyatakan-mengetahui",
        _("Menyatakan mengetahui sebuah aduan"),
        _HEAD,
        (
            _("Buka Menunggu Bapak/Ibu. Satu aduan tampil pada satu halaman."),
            _("Baca isi aduan dan batas waktunya. Bila perlu, pilih arahan siap pakai atau tulis arahan sendiri."),
            _("Bila ditangani bidang tertentu, pilih pada Diteruskan kepada."),
            _("Tekan Saya mengetahui. Nama, jabatan, dan waktu tercatat; aduan berikutnya langsung tampil."),
        ),
        _("Pernyataan tidak dapat dihapus. Bila keliru, pernyataan baru menggantikannya dan keduanya tersimpan."),
    ),
    Topic(
        "bukan-kewenangan",
        _("Mengembalikan aduan yang bukan kewenangan OPD"),
        _HEAD | _WRITERS,
        (
            _("Admin OPD membuka aduan dan mengusulkan pengembalian dengan alasannya."),
            _("Kepala OPD membuka aduan dan menekan Bukan kewenangan kami."),
            _("Aduan kembali ke koordinator, yang menentukan tujuan berikutnya."),
        ),
    ),
    Topic(
        "menyiapkan-jawaban",
        _("Menyiapkan konsep tanggapan"),
        _WRITERS,
        (
            _("Buka Pekerjaan saya, lalu pilih langkah pada baris aduan."),
            _("Tulis konsep. Tulisan tersimpan sendiri selama Anda menulis."),
            _("Konsep boleh disiapkan sebelum pimpinan mengetahui, tetapi belum dapat dikirim."),
        ),
        _("Jangan menulis NIK, nomor telepon, atau nama pelapor dalam jawaban."),
    ),
    Topic(
        "mencatat-jawaban",
        _("Mencatat jawaban yang sudah dikirim di LAPOR!"),
        _WRITERS,
        (
            _("Setelah pimpinan mengetahui, tekan Salin teks untuk LAPOR! dan tempelkan di LAPOR!."),
            _("Kembali ke aduan, tekan Catat: sudah dikirim di LAPOR!, isi tanggal dan jam sebenarnya."),
            _("Unggah bukti bila ada: PDF, foto, atau berkas perkantoran."),
            _("Pilih Jawaban akhir bila tidak ada lagi yang harus dikerjakan."),
        ),
        _(
            "Sudah terlanjur dijawab sebelum pimpinan mengetahui? Catat apa adanya beserta tanggal dan alasannya. "
            "Pernyataan mengetahui masih ditunggu."
        ),
    ),
    Topic(
        "mengingatkan-pimpinan",
        _("Mengingatkan pimpinan"),
        _WRITERS,
        (
            _("Buka aduan yang menunggu diketahui pimpinan."),
            _("Tekan Ingatkan lewat WhatsApp. Pesan hanya memuat jumlah dan batas waktu, tidak pernah isi aduan."),
            _("Bila pimpinan tidak memegang gawai, cetak lembar disposisi."),
        ),
    ),
    Topic(
        "mengimpor",
        _("Mengimpor Laporan Ringkas dari LAPOR!"),
        _DESK,
        (
            _("Di LAPOR!, buka menu Laporan dan unduh Laporan Ringkas."),
            _("Buka Impor dari LAPOR!, pilih berkasnya, lalu tekan Pratinjau impor."),
            _("Periksa yang baru, berubah, tetap, dan ditolak. Belum ada data yang berubah sampai di sini."),
            _("Tekan Impor sekarang. Unit yang belum dipadankan muncul pada Perlu dipadankan."),
        ),
        _("Berkas yang sama boleh diimpor lagi: yang sudah ada tidak digandakan."),
    ),
    Topic(
        "memeriksa",
        _("Memeriksa aduan baru"),
        _DESK | {Role.INSPECTORATE},
        (
            _("Buka Perlu diperiksa, lalu tekan Periksa pada baris teratas."),
            _("Pastikan klasifikasinya. Perubahan klasifikasi memerlukan alasan."),
            _("Jawab siapa yang dilaporkan. Aduan tentang pimpinan atau admin OPD hanya sampai ke Inspektorat."),
        ),
    ),
    Topic(
        "menyampaikan",
        _("Menyampaikan aduan ke OPD"),
        _DESK,
        (
            _("Pilih satu OPD penanggung jawab. OPD pendukung boleh ditambahkan."),
            _("Tulis catatan bila ada yang perlu diketahui OPD."),
            _("Tekan Sampaikan ke OPD. Batas waktu pimpinan dan OPD mulai dihitung."),
        ),
        _("Bukan kewenangan provinsi? Pakai Teruskan ke instansi lain."),
    ),
    Topic(
        "izin-khusus",
        _("Izin khusus koordinator"),
        _DESK | _WRITERS | _HEAD,
        (
            _("Jawaban biasanya baru boleh dikirim setelah pimpinan OPD mengetahui."),
            _("Dalam keadaan mendesak, misalnya membahayakan jiwa, koordinator memberi izin khusus dengan alasan."),
            _("Izin berlaku untuk satu aduan dan satu OPD. Pernyataan mengetahui tetap ditunggu sebelum ditutup."),
        ),
    ),
    Topic(
        "kerahasiaan",
        _("Anonim dan Rahasia"),
        frozenset(),
        (
            _("Anonim: nama pelapor tidak ditampilkan kepada OPD."),
            _("Rahasia: isi hanya dibaca koordinator serta pimpinan dan admin OPD yang menangani."),
            _("Bagi yang lain aduan rahasia tampil tanpa judul dan isi. Setiap orang yang membukanya dicatat."),
            _("NIK, nomor telepon, dan pos-el dalam teks disamarkan di layar, cetakan, dan ekspor."),
        ),
    ),
    Topic(
        "batas-waktu",
        _("Batas waktu dan hari kerja"),
        frozenset(),
        (
            _("Batas waktu dihitung dalam hari kerja: Senin sampai Jumat, tanpa libur nasional dan cuti bersama."),
            _("Hari kejadian tidak dihitung. Lewat batas dimulai pukul 00.00 hari berikutnya."),
            _("Selama menunggu kelengkapan dari pelapor, batas waktu dihentikan sementara."),
        ),
    ),
    Topic(
        "notula",
        _("Menyusun notula rapat"),
        _MEETINGS,
        (
            _("Buka Rapat, lalu buat rapat atau buka yang sudah ada."),
            _("Isi acara, peserta, pembahasan, kendala, keputusan, dan tindak lanjut selama rapat berjalan."),
            _("Unduh PDF kapan saja; selama belum disetujui tercetak sebagai draf."),
        ),
    ),
    Topic(
        "evaluasi",
        _("Membuat laporan evaluasi"),
        _MEETINGS,
        (
            _("Buka Evaluasi, lalu pilih periode."),
            _("Periksa angka. Kunci data per tanggal tertentu agar laporan tidak berubah lagi."),
            _("Unduh laporan PDF dan data Excel."),
        ),
    ),
    Topic(
        "menyiapkan-sistem",
        _("Menyiapkan OPD, pengguna, dan penugasan"),
        frozenset({Role.ADMINISTRATOR}),
        (
            _("Buka OPD dan impor daftarnya, atau tambahkan satu per satu."),
            _("Buka Penugasan: tambahkan orang, jabatan, lalu masa tugasnya dengan nomor surat."),
            _("Buka Pengguna untuk membuat akun. Kata sandi pertama diganti saat pertama kali masuk."),
            _("Periksa Kalender kerja setiap awal tahun dan setiap ada perubahan cuti bersama."),
        ),
    ),
)


def topics_for(roles: frozenset[Role]) -> tuple[list[Topic], list[Topic]]:
    """The topics of a person with ``roles`` (with those that are everybody's), and the others."""
    own = [topic for topic in TOPICS if not topic.roles or topic.roles & roles]
    return own, [topic for topic in TOPICS if topic not in own]
