"""What the search takes for the same word: bokmål and nynorsk, and plurals that change the word itself.

Each line is one group. A word with a hyphen in front may be a part of another word: *-skole* is in *grunnskole*.
"""

GROUPS = """
-skole -skule
-hjem -heim
ikke ikkje
-bok -bøker
-bro -bru
-tre trær
-natt -netter
-hånd -hender
-tann -tenner
-fot føtter
-mann -menn
-bonde -bønder
-bror brødre
-far fedre
-mor mødre
-datter -døtre
-rot røtter
-stad -sted -steder -stader
-vei -veg
-vann -vatn
-uke -veke
-melk mjølk
-kirke -kyrkje
-kjøkken -kjøken
-venn -ven
-gutt gut gutar
-lek -leik
-spill -spel
-lærer -lærar
-leder -leiar
-snekker -snikkar
-syk -sjuk
-bygge -byggje
-tilbud -tilbod
-bebo -bebu
-bolig bustad
-forening -foreining
-ensom -einsam
ensomhet einsemd
-alene -aleine åleine
-kjærlighet kjærleik
-mulighet -moglegheit
-gjenbruk -ombruk -attbruk
-fremtid -framtid
-forskjell skilnad
-høst -haust
-lørdag -laurdag
-søndag -sundag
-hvit -kvit
-sammen -saman
-klær -klede
-bytte -byte
-brygge -bryggje
-lesing -lesning
-innvandrer -innvandrar
-møteplass -møtestad
-verksted -verkstad
-barneby barneby
-lavterskel -lågterskel
-rimelig -rimeleg
-offentlig -offentleg
-vanskelig -vanskeleg
-tilgjengelig -tilgjengeleg
-ulik -forskjellig
-gammel -gamal
-eldre gamle
-rein -ren
-røyk røyking
-bein -ben
-stein -sten
-arbeidsledig -arbeidslaus
-hjemløs -heimlaus
-løs -laus
hva kva
hvem kven
hvor kvar kor
hvordan korleis
hvorfor kvifor
noe noko
noen nokon nokre
mye mykje
mer meir
flere fleire
nå no
jeg eg
fra frå
være vere
gjøre gjere
lage lage
bare berre
også òg
"""

# Too frequent to tell one row from another: left out where the other words say enough.
FREQUENT = "og i på for til av med en ei et ein eit den det de dei som er å at om ved the a of and in to for"
