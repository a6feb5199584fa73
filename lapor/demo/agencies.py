"""The agencies of the demo: ordinary names of provincial institutions; the people in them are invented."""

from dataclasses import dataclass

from lapor.agencies.models import AgencyKind


@dataclass(frozen=True)
class DemoAgency:
    """An agency. ``is_obliged``: counts among those that take part in SP4N-LAPOR!."""

    slug: str
    name: str
    abbreviation: str
    kind: AgencyKind
    letter_unit: str = ""
    parent: str | None = None
    is_obliged: bool = True
    is_organiser: bool = False
    is_oversight: bool = False
    oversees_inspectorate: bool = False


K = AgencyKind

PROTAGONISTS: tuple[DemoAgency, ...] = (
    DemoAgency("bkd", "Badan Kepegawaian Daerah", "BKD", K.BADAN, "BKD"),
    DemoAgency("disnakertrans", "Dinas Tenaga Kerja dan Transmigrasi", "Disnakertrans", K.DINAS, "NAKERTRANS"),
    DemoAgency("bpbd", "Badan Penanggulangan Bencana Daerah", "BPBD", K.BADAN, "BPBD"),
    DemoAgency("dinkes", "Dinas Kesehatan", "Dinkes", K.DINAS, "DINKES"),
    DemoAgency("disdik", "Dinas Pendidikan", "Disdik", K.DINAS, "DISDIK"),
    DemoAgency("bmpr", "Dinas Bina Marga dan Penataan Ruang", "BMPR", K.DINAS, "BMPR"),
    DemoAgency("dishub", "Dinas Perhubungan", "Dishub", K.DINAS, "DISHUB"),
    DemoAgency("dlh", "Dinas Lingkungan Hidup", "DLH", K.DINAS, "DLH"),
    DemoAgency("dinsos", "Dinas Sosial", "Dinsos", K.DINAS, "DINSOS"),
    DemoAgency("bapenda", "Badan Pendapatan Daerah", "Bapenda", K.BADAN, "BAPENDA"),
    DemoAgency("rsud-undata", "RSUD Undata", "RSUD Undata", K.RSUD, "RSUD-U", parent="dinkes", is_obliged=False),
    DemoAgency(
        "diskominfo",
        "Dinas Komunikasi, Informatika, Persandian dan Statistik",
        "Diskominfosantik",
        K.DINAS,
        "DKIPS",
        is_organiser=True,
    ),
)

OVERSEERS: tuple[DemoAgency, ...] = (
    DemoAgency("inspektorat", "Inspektorat Daerah", "Inspektorat", K.INSPEKTORAT, "INSPEKTORAT", is_oversight=True),
    DemoAgency(
        "setda", "Sekretariat Daerah", "Setda", K.SEKRETARIAT, "SETDA", is_obliged=False, oversees_inspectorate=True
    ),
    DemoAgency("biro-umum", "Biro Umum", "Biro Umum", K.BIRO, "RO-UMUM", parent="setda"),
)

OTHERS: tuple[DemoAgency, ...] = (
    DemoAgency("sekretariat-dprd", "Sekretariat DPRD", "Setwan", K.SEKRETARIAT),
    DemoAgency("satpol-pp", "Satuan Polisi Pamong Praja", "Satpol PP", K.SATUAN),
    DemoAgency("bappeda", "Badan Perencanaan Pembangunan Daerah", "Bappeda", K.BADAN),
    DemoAgency("bpkad", "Badan Pengelola Keuangan dan Aset Daerah", "BPKAD", K.BADAN),
    DemoAgency("bpsdm", "Badan Pengembangan Sumber Daya Manusia", "BPSDM", K.BADAN),
    DemoAgency("kesbangpol", "Badan Kesatuan Bangsa dan Politik", "Kesbangpol", K.BADAN),
    DemoAgency("litbang", "Badan Penelitian dan Pengembangan", "Balitbang", K.BADAN),
    DemoAgency("penghubung", "Badan Penghubung", "Banhub", K.BADAN),
    DemoAgency("perkimtan", "Dinas Perumahan, Kawasan Permukiman dan Pertanahan", "Perkimtan", K.DINAS),
    DemoAgency("cikasda", "Dinas Cipta Karya dan Sumber Daya Air", "Cikasda", K.DINAS),
    DemoAgency("esdm", "Dinas Energi dan Sumber Daya Mineral", "ESDM", K.DINAS),
    DemoAgency("kehutanan", "Dinas Kehutanan", "Dishut", K.DINAS),
    DemoAgency("perikanan", "Dinas Kelautan dan Perikanan", "DKP", K.DINAS),
    DemoAgency("pertanian", "Dinas Tanaman Pangan dan Hortikultura", "TPH", K.DINAS),
    DemoAgency("perkebunan", "Dinas Perkebunan dan Peternakan", "Disbunnak", K.DINAS),
    DemoAgency("pangan", "Dinas Pangan", "Dispangan", K.DINAS),
    DemoAgency("disperindag", "Dinas Perindustrian dan Perdagangan", "Disperindag", K.DINAS),
    DemoAgency("koperasi", "Dinas Koperasi dan Usaha Kecil Menengah", "Diskop UKM", K.DINAS),
    DemoAgency("pariwisata", "Dinas Pariwisata", "Dispar", K.DINAS),
    DemoAgency("kebudayaan", "Dinas Kebudayaan", "Disbud", K.DINAS),
    DemoAgency("dispora", "Dinas Kepemudaan dan Olahraga", "Dispora", K.DINAS),
    DemoAgency("perpustakaan", "Dinas Perpustakaan dan Kearsipan", "Dispusaka", K.DINAS),
    DemoAgency("pmd", "Dinas Pemberdayaan Masyarakat dan Desa", "PMD", K.DINAS),
    DemoAgency("p3a", "Dinas Pemberdayaan Perempuan dan Perlindungan Anak", "P3A", K.DINAS),
    DemoAgency("dalduk", "Dinas Pengendalian Penduduk dan Keluarga Berencana", "Dalduk KB", K.DINAS),
    DemoAgency("dukcapil", "Dinas Kependudukan dan Pencatatan Sipil", "Dukcapil", K.DINAS),
    DemoAgency("dpmptsp", "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu", "DPMPTSP", K.DINAS),
    DemoAgency("biro-organisasi", "Biro Organisasi", "Biro Organisasi", K.BIRO, parent="setda"),
    DemoAgency("biro-hukum", "Biro Hukum", "Biro Hukum", K.BIRO, parent="setda", is_obliged=False),
)

AGENCIES = (*PROTAGONISTS, *OVERSEERS, *OTHERS)
OBLIGED = tuple(agency.slug for agency in AGENCIES if agency.is_obliged)
FIRST_OBLIGED_YEAR = 2019
