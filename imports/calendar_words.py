"""Names of months, weekdays and quarters in the languages of Europe's offices, in the forms that dates have. Pure.

By hand from the Unicode CLDR (both cases where a language declines its months), with the spellings without accents that
old systems write.
"""

# Croatian names are left out: `listopada` is October there, and November in Polish.
_MONTHS = """
1 jan jän jänner january januar januari janvier janv enero ene gennaio gen janeiro ianuarie ian januarie jaanuar jaan
1 január januára leden ledna styczeń stycznia sty tammikuu tammikuuta tammi janvāris sausis sausio janar
1 ιανουαρίου януари gener
2 feb feber february februar februari février fevrier févr fevr fév febrero febbraio febb fevereiro fev februarie
2 veebruar veebr február februára únor února unora luty lutego lut helmikuu helmikuuta helmi februāris vasaris
2 vasario φεβρουαρίου февруари febr febrer
3 mar march märz maerz mars maart mrt marzo março marco martie märts marec marca březen března brezen brezna
3 marzec marts márc március maaliskuu maaliskuuta maalis kovas kovo μαρτίου март mär març
4 apr april avril avr abril abr aprile aprilie aprill apríl apríla duben dubna kwiecień kwietnia kwi huhtikuu
4 huhtikuuta huhti aprīlis balandis balandžio április ápr απριλίου април
5 may mai mayo maggio mag maio mei maj máj mája květen května kveten kvetna maja toukokuu toukokuuta touko maijs
5 gegužė gegužės május μαΐου май maig
6 jun june juni juin junio giugno giu junho iunie iun jún júna červen června cerven cervna czerwiec czerwca cze
6 kesäkuu kesäkuuta kesä jūnijs birželis birželio június juuni ιουνίου юни juny
7 jul july juli juillet juil julio luglio lug julho iulie iul júl júla červenec července cervenec cervence
7 lipiec lipca heinäkuu heinäkuuta heinä jūlijs liepa liepos július juuli ιουλίου юли juliol
8 aug august août aout agosto ago augustus augusti srpen srpna sierpień sierpnia sie elokuu elokuuta elo augusts
8 rugpjūtis rugpjūčio augusztus augusta αυγούστου август agost
9 sep sept september septembre septiembre settembre set setembro septembrie septembra září zari wrzesień
9 września wrz syyskuu syyskuuta syys septembris rugsėjis rugsėjo szeptember szept σεπτεμβρίου септември
9 setembre
10 oct october oktober okt octobre octubre ottobre ott outubro out octombrie oktoober október októbra říjen října
10 rijen rijna październik października paź lokakuu lokakuuta loka oktobris spalis spalio οκτωβρίου октомври
10 oktobar
11 nov november novembre noviembre novembro noiembrie noi novembra listopad listopadu listopada lis marraskuu
11 marraskuuta
11 marras novembris lapkritis lapkričio νοεμβρίου ноември
12 dec december dezember dez décembre decembre déc diciembre dicembre dic dezembro decembrie detsember dets
12 decembra prosinec prosince grudzień grudnia gru joulukuu joulukuuta joulu decembris gruodis gruodžio
12 δεκεμβρίου декември prosinac prosinca desember des desembre
1 januarja januara
2 februarja februara
3 marta
4 aprila
6 junija juna
7 julija jula
8 avgust avgusta
10 oktobra
"""
MONTHS = {word: int(line.split()[0]) for line in _MONTHS.strip().splitlines() for word in line.split()[1:]}
_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
lunes martes miércoles miercoles jueves viernes sábado sabado domingo mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica lunedi martedi mercoledi giovedi venerdi gio sab
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira seg ter qua qui sex
luni marți marti miercuri joi vineri sâmbătă sambata duminică duminica
mandag tirsdag onsdag torsdag fredag lørdag søndag måndag tisdag lördag söndag man tir ons tor fre lør søn mån tis
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai maanantaina tiistaina keskiviikkona torstaina
perjantaina lauantaina sunnuntaina
esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev
pondelok utorok streda štvrtok piatok sobota nedeľa pondělí úterý středa čtvrtek pátek neděle
poniedziałek wtorek środa czwartek piątek niedziela
"""
WEEKDAYS = frozenset(_WEEKDAYS.split())
# Words before a day, and between a day, a month and a year.
_BEFORE_DAY = "den de le la am vom der el il dne dňa dnia on the d. du 'n lo"
BEFORE_DAY = frozenset(_BEFORE_DAY.split())
BETWEEN = ("de", "of", "del", "do", "di", "da", "of the", "des")
QUARTERS = (
    "q", "t", "k", "kv", "kw", "tr", "qtr", "quarter", "quartal", "quartaal", "kwartaal", "kvartal", "kvartaal",
    "trimestre", "trim", "trimestru", "trimestrul", "trimester", "čtvrtletí", "ctvrtleti", "štvrťrok", "stvrtrok",
    "kwartał", "kvartál", "neljännes",
)  # fmt: skip
