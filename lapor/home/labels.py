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
        _(
            "Pernyataan tidak dapat dihapus. Bila keliru, tekan Perbaiki pernyataan mengetahui di halaman aduan: "
            "pernyataan baru menggantikannya dan keduanya tersimpan. Tulisan yang belum dikirim tersimpan di server, "
            "juga bila waktu masuk berakhir."
        ),
    ),
    Topic(
        "hp-milik-saya",
        _("HP milik saya: PIN dan sidik jari"),
        _HEAD,
        (
            _("Masuk dengan kata sandi di HP sendiri, buka Profil saya, lalu tekan Percayai perangkat ini."),
            _("Buat PIN 6 angka, atau pakai sidik jari. Selama 90 hari setiap pernyataan dibuka dengan itu."),
            _(
                "Lupa PIN dan kata sandi, atau ganti HP? Telepon koordinator. Ia menyebutkan kode 8 angka, berlaku "
                "15 menit; isikan pada kolom kata sandi."
            ),
            _("HP hilang? Cabut perangkatnya di Profil saya, atau minta administrator mencabutnya."),
        ),
        _("PIN adalah pengganti tanda tangan Bapak/Ibu. Mohon tidak dipinjamkan."),
    ),
    Topic(
        "berhalangan",
        _("Bila pimpinan berhalangan"),
        _HEAD,
        (
            _("Buka Profil saya, lalu Catat bila akan berhalangan. Plh. dapat sekalian diusulkan."),
            _("Plh. berwenang sejak tanggal di surat perintahnya, setelah dicatat sekretariat atau koordinator."),
            _("Kewenangan berpindah sendiri pukul 00.00 WITA dan kembali sendiri sesudah hari terakhir."),
        ),
        _("Yang menggantikan dan yang digantikan diberi tahu lewat lonceng di bagian atas halaman."),
    ),
    Topic(
        "rekap-saya",
        _("Rekap saya untuk SKP"),
        _HEAD,
        (
            _("Buka Rekap saya di bawah kartu aduan, lalu pilih bulannya."),
            _("Cetak, atau unduh sebagai Excel. Judul aduan rahasia tidak ikut tercetak."),
        ),
    ),
    Topic(
        "lembar-disposisi",
        _("Lembar disposisi: tanda tangan di atas kertas"),
        _HEAD | _WRITERS,
        (
            _("Buka aduan yang menunggu, lalu cetak Lembar Disposisi (A5)."),
            _("Pimpinan mencentang, menulis arahan dan tanggal, lalu menandatangani."),
            _("Foto lembarnya dan unggah. Tanda QR menunjukkan aduannya."),
            _("Catat isinya persis seperti pada foto. Yang berlaku adalah tanggal yang tertulis."),
        ),
        _("Koordinator melihat fotonya dan dapat menolak dengan alasan; pernyataannya lalu kembali ditunggu."),
    ),
    Topic(
        "bahan-jawaban",
        _("Menulis bahan jawaban"),
        frozenset({Role.UNIT}),
        (
            _("Aduan yang diteruskan kepada Anda ada di Pekerjaan saya."),
            _("Tulis bahan jawaban, lampirkan foto, lalu kirim. Selama belum dipakai, bahan masih dapat ditarik."),
            _("Bila dikembalikan dengan catatan, perbaiki lalu kirim lagi; versi lama tetap tersimpan."),
        ),
    ),
    Topic(
        "paraf-dan-bahan",
        _("Memakai bahan jawaban dan meminta paraf"),
        _WRITERS,
        (
            _("Di halaman tanggapan tekan Pakai sebagai konsep; yang sudah ditulis tetap ada."),
            _("Bidang tanpa akun: pilih Cetak permintaan bahan, mintakan tanda tangan, lalu serahkan."),
            _("Bahan dari kertas dicatat dengan Catat dari kertas, atas nama penyusunnya."),
            _("Pejabat Penghubung memberi paraf, atau mengembalikan konsep dengan catatan."),
        ),
        _("Paraf diminta bila OPD menyalakannya pada Paraf dan mandat."),
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
            _("Setelah pimpinan mengetahui, tekan Siap dikirim, lalu Salin teks untuk LAPOR!, dan tempelkan."),
            _("Pilih Jawaban akhir bila tidak ada lagi yang harus dikerjakan."),
            _("Kembali ke halaman tanggapan, isi tanggal dan jam sebenarnya."),
            _("Unggah bukti bila ada: PDF, foto, atau berkas perkantoran. Tekan Catat: sudah dikirim di LAPOR!."),
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
            _("Tekan Ingatkan lewat WhatsApp. Teksnya siap: jumlah dan batas waktu saja, tanpa isi aduan."),
            _("Kirim dari WhatsApp sendiri. Siapa mengingatkan siapa tercatat pada perjalanan aduan."),
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
            _("Buka Perlu diperiksa (Inspektorat: Beranda), lalu tekan Periksa pada baris teratas."),
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
        "lembar-diperiksa",
        _("Memeriksa lembar disposisi dan memberi kode masuk"),
        _DESK,
        (
            _("Menu Lembar disposisi memuat foto lembar yang dicatat OPD. Yang tidak benar ditolak dengan alasan."),
            _("Kepala OPD kehilangan HP atau PIN? Pastikan suaranya, lalu buka Penugasan, Kode masuk pimpinan."),
        ),
        _("Kode tampil satu kali dan berlaku 15 menit. Nama Anda dan nama pemakainya tercatat."),
    ),
    Topic(
        "plh-dan-surat",
        _("Plh., surat perintah, dan mandat"),
        _MEETINGS,
        (
            _("Usul Plh. yang menunggu dan surat yang terlambat tampil paling atas di halaman pertama Anda."),
            _("Buka Penugasan, Usul Plh.: tekan Catat surat perintah, atau Tidak diikuti dengan alasan."),
            _("Surat menyusul memuat penugasan yang belum lengkap nomor atau hasil pindai suratnya."),
            _("Mandat tertulis kepala OPD dicatat lewat Mandat pada baris jabatan kepala."),
        ),
        _("Kewenangan berpindah sendiri pada hari pertama di surat perintah dan kembali sesudah hari terakhirnya."),
    ),
    Topic(
        "menutup-opd",
        _("OPD berganti nama, digabung, atau ditutup"),
        frozenset({Role.ADMINISTRATOR}),
        (
            _("Tekan Ganti nama pada halaman OPD. Laporan lama tetap memakai nama pada masanya."),
            _("Digabung atau ditutup: pilih Tutup OPD dan penerusnya, lalu periksa apa saja yang berpindah."),
            _("Aduan berjalan berpindah; batas waktu dan pernyataan mengetahui yang sudah ada tetap."),
        ),
    ),
    Topic(
        "siapa-mengetahui-kapan",
        _("Siapa mengetahui apa, dan kapan"),
        frozenset({Role.INSPECTORATE}),
        (
            _("Buka Catatan aktivitas. Cari menurut orang, OPD, nomor aduan, jenis, atau hari."),
            _("Tekan satu baris untuk melihat nilai sebelum dan sesudahnya."),
            _(
                "Pengecualian memuat izin khusus, jawaban sebelum diketahui, lembar disposisi, dan penugasan "
                "sebelum ada nomor surat."
            ),
            _("Pembaca memuat siapa yang membuka aduan rahasia atau data pelapor."),
        ),
        _(
            "Setiap catatan terkunci pada catatan sebelumnya. Kepala rantai di halaman itu dan di kaki dokumen resmi "
            "membuktikan isi catatan sampai saat itu; simpanlah satu di luar sistem."
        ),
    ),
    Topic(
        "keaslian-dokumen",
        _("Memeriksa keaslian dokumen"),
        frozenset(),
        (
            _("Pindai tanda QR pada dokumen, atau buka /verifikasi dan ketik kodenya."),
            _("Cocokkan nomor, tanggal, dan 12 huruf sidik dokumennya."),
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
        "pemberitahuan",
        _("Ringkasan harian dan pemberitahuan"),
        frozenset(),
        (
            _("Buka Profil saya, lalu Atur pemberitahuan. Isi alamat pos-el dan pilih jamnya."),
            _("Sekali sehari yang belum dibaca dikirim sebagai satu ringkasan. Bila tidak ada, tidak dikirim."),
            _("Hal segera dikirim saat itu juga pada jam kerja. Di luar jam kerja pesan menunggu."),
            _("Pesan hanya memuat nomor aduan dan batas waktu. Tautannya meminta masuk lebih dahulu."),
        ),
        _("Penugasan, batas waktu, pengingat, dan hal segera selalu dikirim (tugas). Kabar lain boleh dihentikan."),
    ),
    Topic(
        "melihat-batas-waktu",
        _("Memahami dan melihat batas waktu"),
        frozenset({Role.HEAD, Role.OPERATOR, Role.LIAISON, Role.COORDINATOR, Role.SECRETARIAT, Role.LEADERSHIP}),
        (
            _("Buka Cara menghitung batas waktu pada aduan: setiap hari diberi keterangan dan dapat dicetak."),
            _("Pada Lewat batas waktu, tekan angka untuk membuka daftar aduannya."),
            _("Pada Kalender jatuh tempo, tekan hari untuk melihat aduannya."),
            _("Pada Profil saya, Langganan kalender, buat alamat untuk Google Kalender, Outlook, atau iPhone."),
        ),
        _("Langganan kalender hanya memuat nomor dan tahap. Cabut alamatnya bila tersebar."),
    ),
    Topic(
        "pengingat",
        _("Mengatur pengingat dan surat"),
        _DESK,
        (
            _("Buka Pengingat untuk mengatur siapa diingatkan berapa hari kerja sebelum atau sesudah jatuh tempo."),
            _("Siapa diingatkan kapan memuat setiap pengingat beserta penerimanya."),
            _("Konsep surat ada di Pengingat, Surat: sunting, setujui, cetak, lalu catat pengirimannya."),
        ),
        _("Surat yang tidak diperlukan: pilih Jangan kirim dengan alasan."),
    ),
    Topic(
        "pekerjaan-latar",
        _("Menjaga pekerjaan latar"),
        frozenset({Role.ADMINISTRATOR}),
        (
            _("Bila Beranda memberi tahu ada yang gagal, buka Pekerjaan latar dan baca sebabnya."),
            _("Tekan Ulangi; yang sudah tersimpan tidak dikerjakan dua kali."),
            _("Batalkan bila tidak diperlukan lagi; masih dapat diulangi."),
        ),
        _("Bila tidak ada pekerja yang hidup, jalankan lagi layanan Lapor. Pekerjaan menunggu dan tidak hilang."),
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
            _("Buka Pengiriman pesan bila ada yang tidak terkirim atau tidak pasti, lalu kirim ulang."),
        ),
    ),
)


def topics_for(roles: frozenset[Role]) -> tuple[list[Topic], list[Topic]]:
    """The topics of a person with ``roles`` (with those that are everybody's), and the others."""
    own = [topic for topic in TOPICS if not topic.roles or topic.roles & roles]
    return own, [topic for topic in TOPICS if topic not in own]
