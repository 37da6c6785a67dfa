"""The languages of which fastText's authors publish vectors, by the codes in the names of files."""

from dataclasses import dataclass
from functools import cache

CRAWL, WIKI, ALIGNED = "c", "w", "a"
"""What there is of a language: vectors of Common Crawl, of Wikipedia, aligned ones of Wikipedia."""


@dataclass(frozen=True)
class Language:
    """A language by its code and its English name; ``sets`` are of CRAWL, WIKI and ALIGNED."""

    code: str
    name: str
    sets: str


@cache
def languages():
    """All languages, in the order of their codes: tuple of Language."""
    return tuple(
        Language(code, name, sets)
        for code, sets, name in (line.split(" ", 2) for line in TABLE.strip().splitlines())
    )


# As the pages crawl-vectors, pretrained-vectors and aligned-vectors of fastText's documentation
# list them (commit 1142dc4). The first one says that there are 157, and lists 158.
TABLE = """
aa w Afar
ab w Abkhazian
ace w Acehnese
ady w Adyghe
af cwa Afrikaans
ak w Akan
als cw Alemannic
am cw Amharic
an cw Aragonese
ang w Old English
ar cwa Arabic
arc w Aramaic
arz cw Egyptian Arabic
as cw Assamese
ast cw Asturian
av w Avar
ay w Aymara
az cw Azerbaijani
azb cw Southern Azerbaijani
ba cw Bashkir
bar cw Bavarian
bat_smg w Samogitian
bcl cw Central Bicolano
be cw Belarusian
bg cwa Bulgarian
bh cw Bihari
bi w Bislama
bjn w Banjar
bm w Bambara
bn cwa Bengali
bo cw Tibetan
bpy cw Bishnupriya Manipuri
br cw Breton
bs cwa Bosnian
bug w Buginese
bxr w Buryat
ca cwa Catalan
cbk_zam w Chavacano
cdo w Min Dong
ce cw Chechen
ceb cw Cebuano
ch w Chamorro
cho w Choctaw
chr w Cherokee
chy w Cheyenne
ckb cw Kurdish (Sorani)
co cw Corsican
cr w Cree
crh w Crimean Tatar
cs cwa Czech
csb w Kashubian
cu w Old Church Slavonic
cv cw Chuvash
cy cw Welsh
da cwa Danish
de cwa German
diq cw Zazaki
dsb w Lower Sorbian
dv cw Divehi
dz w Dzongkha
ee w Ewe
el cwa Greek
eml cw Emilian-Romagnol
en cwa English
eo cw Esperanto
es cwa Spanish
et cwa Estonian
eu cw Basque
ext w Extremaduran
fa cwa Persian
ff w Fula
fi cwa Finnish
fiu_vro w Võro
fj w Fijian
fo w Faroese
fr cwa French
frp w Franco-Provençal
frr cw North Frisian
fur w Friulian
fy cw West Frisian
ga cw Irish
gag w Gagauz
gan w Gan
gd cw Scottish Gaelic
gl cw Galician
glk w Gilaki
gn w Guarani
gom cw Goan Konkani
got w Gothic
gu cw Gujarati
gv cw Manx
ha w Hausa
hak w Hakka
haw w Hawaiian
he cwa Hebrew
hi cwa Hindi
hif cw Fiji Hindi
ho w Hiri Motu
hr cwa Croatian
hsb cw Upper Sorbian
ht cw Haitian
hu cwa Hungarian
hy cw Armenian
hz w Herero
ia cw Interlingua
id cwa Indonesian
ie w Interlingue
ig w Igbo
ii w Nuosu
ik w Inupiak
ilo cw Ilokano
io cw Ido
is cw Icelandic
it cwa Italian
iu w Inuktitut
ja cw Japanese
jam w Jamaican Patois
jbo w Lojban
jv cw Javanese
ka cw Georgian
kaa w Karakalpak
kab w Kabyle
kbd w Kabardian
kg w Kongo
ki w Kikuyu
kj w Kuanyama
kk cw Kazakh
kl w Greenlandic
km cw Khmer
kn cw Kannada
ko cwa Korean
koi w Komi-Permyak
kr w Kanuri
krc w Karachay-Balkar
ks w Kashmiri
ksh w Ripuarian
ku cw Kurdish (Kurmanji)
kv w Komi
kw w Cornish
ky cw Kirghiz
la cw Latin
lad w Ladino
lb cw Luxembourgish
lbe w Lak
lez w Lezgian
lg w Luganda
li cw Limburgish
lij w Ligurian
lmo cw Lombard
ln w Lingala
lo w Lao
lrc w Northern Luri
lt cwa Lithuanian
ltg w Latgalian
lv cwa Latvian
mai cw Maithili
map_bms w Banyumasan
mdf w Moksha
mg cw Malagasy
mh w Marshallese
mhr cw Meadow Mari
mi w Maori
min cw Minangkabau
mk cwa Macedonian
ml cw Malayalam
mn cw Mongolian
mo w Moldovan
mr cw Marathi
mrj cw Hill Mari
ms cwa Malay
mt cw Maltese
mus w Muscogee
mwl cw Mirandese
my cw Burmese
myv cw Erzya
mzn cw Mazandarani
na w Nauruan
nah cw Nahuatl
nap cw Neapolitan
nds cw Low Saxon
nds_nl w Dutch Low Saxon
ne cw Nepali
new cw Newar
ng w Ndonga
nl cwa Dutch
nn cw Norwegian (Nynorsk)
no cwa Norwegian (Bokmål)
nov w Novial
nrm w Norman
nso cw Northern Sotho
nv w Navajo
ny w Chichewa
oc cw Occitan
olo w Livvi-Karelian
om w Oromo
or cw Oriya
os cw Ossetian
pa cw Eastern Punjabi
pag w Pangasinan
pam cw Kapampangan
pap w Papiamentu
pcd w Picard
pdc w Pennsylvania German
pfl cw Palatinate German
pi w Pali
pih w Norfolk
pl cwa Polish
pms cw Piedmontese
pnb cw Western Punjabi
pnt w Pontic
ps cw Pashto
pt cwa Portuguese
qu cw Quechua
rm cw Romansh
rmy w Romani
rn w Kirundi
ro cwa Romanian
roa_rup w Aromanian
roa_tara w Tarantino
ru cwa Russian
rue w Rusyn
rw w Kinyarwanda
sa cw Sanskrit
sah cw Sakha
sc cw Sardinian
scn cw Sicilian
sco cw Scots
sd cw Sindhi
se w Northern Sami
sg w Sango
sh cw Serbo-Croatian
si cw Sinhalese
simple w Simple English
sk cwa Slovak
sl cwa Slovenian
sm w Samoan
sn w Shona
so cw Somali
sq cwa Albanian
sr cw Serbian
srn w Sranan
ss w Swati
st w Sesotho
stq w Saterland Frisian
su cw Sundanese
sv cwa Swedish
sw cw Swahili
szl w Silesian
ta cwa Tamil
tcy w Tulu
te cw Telugu
tet w Tetum
tg cw Tajik
th cwa Thai
ti w Tigrinya
tk cw Turkmen
tl cwa Tagalog
tn w Tswana
to w Tongan
tpi w Tok Pisin
tr cwa Turkish
ts w Tsonga
tt cw Tatar
tum w Tumbuka
tw w Twi
ty w Tahitian
tyv w Tuvan
udm w Udmurt
ug cw Uyghur
uk cwa Ukrainian
ur cw Urdu
uz cw Uzbek
ve w Venda
vec cw Venetian
vep w Vepsian
vi cwa Vietnamese
vls cw West Flemish
vo cw Volapük
wa cw Walloon
war cw Waray
wo w Wolof
wuu w Wu
xal w Kalmyk
xh w Xhosa
xmf cw Mingrelian
yi cw Yiddish
yo cw Yoruba
za w Zhuang
zea cw Zeelandic
zh cwa Chinese
zh_classical w Classical Chinese
zh_min_nan w Min Nan
zh_yue w Cantonese
zu w Zulu
"""
