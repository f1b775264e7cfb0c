"""Sentences for the demo's complaints, by language. All of them are fictional.

Each language has openings, problems (with their category), consequences and requests; a letter has one or two of each.
`{office}` and `{place}` are replaced.
"""

CATEGORIES = (
    "Avoidable delay",
    "Lack of transparency",
    "Unfairness",
    "Negligence",
    "Discourtesy",
    "Access to services",
)

LETTERS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "subjects": (
            "No reply for eleven weeks",
            "Decision without reasons",
            "Different treatment of neighbours",
            "File lost twice",
            "Rude answer at the counter",
            "Office closed to wheelchair users",
        ),
        "openings": (
            "I applied to {office} in {place} in spring and sent every form that was asked for.",
            "My mother depends on the home help that {office} arranges in {place}.",
            "Our residents' association in {place} wrote to {office} about the plans for the square.",
            "Last year {office} changed how applications are made, and since then nothing is clear.",
        ),
        "problems": (
            "For eleven weeks nobody answered, although the law gives six.",
            "The letter says no but gives no reason, and the rule it quotes does not exist.",
            "The neighbours with the same income were granted the allowance, we were not.",
            "They lost my file twice and asked me to send the same documents a third time.",
            "The officer at the counter laughed and told me to come back when I spoke better.",
            "The form exists only online, and the library where I could use a computer is closed.",
        ),
        "consequences": (
            "Meanwhile the rent is two months behind.",
            "My son could not start school with the others.",
            "We had to pay for a lawyer we cannot afford.",
            "I no longer trust that anyone reads what we write.",
        ),
        "requests": (
            "I want a decision with reasons and an apology.",
            "Please look into how the office handles such cases.",
            "We ask that the meeting be held again, with notice.",
            "I would like the costs to be paid back.",
        ),
    },
    "nl": {
        "subjects": (
            "Elf weken geen antwoord",
            "Besluit zonder motivering",
            "Buren anders behandeld",
            "Dossier twee keer kwijt",
            "Onbeleefd aan het loket",
            "Loket niet toegankelijk",
        ),
        "openings": (
            "Ik heb in het voorjaar een aanvraag gedaan bij {office} in {place} en alle formulieren gestuurd.",
            "Mijn moeder is afhankelijk van de hulp die {office} in {place} regelt.",
            "Onze bewonersvereniging in {place} schreef {office} over de plannen voor het plein.",
        ),
        "problems": (
            "Elf weken lang heeft niemand geantwoord, terwijl de wet zes weken geeft.",
            "In de brief staat nee, maar geen enkele reden.",
            "De buren met hetzelfde inkomen kregen de toeslag wel, wij niet.",
            "Ze zijn mijn dossier twee keer kwijtgeraakt.",
            "De medewerker aan het loket lachte mij uit.",
            "Het formulier bestaat alleen digitaal en de bibliotheek is gesloten.",
        ),
        "consequences": ("Intussen loopt de huur twee maanden achter.", "Mijn zoon kon niet met de anderen beginnen."),
        "requests": ("Ik wil een gemotiveerd besluit en excuses.", "Onderzoek alstublieft hoe dit wordt behandeld."),
    },
    "de": {
        "subjects": (
            "Elf Wochen keine Antwort",
            "Bescheid ohne Begründung",
            "Nachbarn anders behandelt",
            "Akte zweimal verloren",
            "Unhöflich am Schalter",
            "Amt nicht barrierefrei",
        ),
        "openings": (
            "Im Frühjahr habe ich bei {office} in {place} einen Antrag gestellt und alle Unterlagen geschickt.",
            "Meine Mutter ist auf die Hilfe angewiesen, die {office} in {place} vermittelt.",
            "Unser Bürgerverein in {place} hat {office} wegen der Pläne für den Platz geschrieben.",
        ),
        "problems": (
            "Elf Wochen lang hat niemand geantwortet, obwohl das Gesetz sechs vorsieht.",
            "Im Bescheid steht nein, aber keine Begründung.",
            "Die Nachbarn mit gleichem Einkommen bekamen den Zuschuss, wir nicht.",
            "Meine Akte ging zweimal verloren.",
            "Der Mitarbeiter am Schalter hat mich ausgelacht.",
            "Das Formular gibt es nur im Netz, und die Bücherei ist geschlossen.",
        ),
        "consequences": ("Inzwischen sind wir zwei Monatsmieten im Rückstand.", "Mein Sohn konnte nicht mit anfangen."),
        "requests": (
            "Ich möchte eine begründete Entscheidung und eine Entschuldigung.",
            "Bitte prüfen Sie das Verfahren.",
        ),
    },
    "fr": {
        "subjects": (
            "Onze semaines sans réponse",
            "Décision sans motifs",
            "Voisins traités autrement",
            "Dossier perdu deux fois",
            "Accueil désagréable",
            "Guichet inaccessible",
        ),
        "openings": (
            "Au printemps, j'ai déposé une demande auprès de {office} à {place} avec toutes les pièces.",
            "Ma mère dépend de l'aide à domicile que {office} organise à {place}.",
            "Notre association d'habitants à {place} a écrit à {office} au sujet de la place.",
        ),
        "problems": (
            "Pendant onze semaines, personne n'a répondu, alors que la loi en prévoit six.",
            "La lettre refuse sans donner de raison.",
            "Les voisins, avec le même revenu, ont reçu l'allocation, pas nous.",
            "Mon dossier a été égaré deux fois.",
            "L'agent au guichet s'est moqué de moi.",
            "Le formulaire n'existe qu'en ligne et la bibliothèque est fermée.",
        ),
        "consequences": (
            "Entre-temps, nous avons deux mois de loyer de retard.",
            "Mon fils n'a pas pu commencer l'école.",
        ),
        "requests": ("Je demande une décision motivée et des excuses.", "Merci d'examiner cette façon de faire."),
    },
    "es": {
        "subjects": (
            "Once semanas sin respuesta",
            "Resolución sin motivos",
            "Vecinos tratados de otro modo",
            "Expediente perdido dos veces",
            "Mal trato en la ventanilla",
            "Oficina sin acceso",
        ),
        "openings": (
            "En primavera presenté una solicitud en {office} de {place} con todos los papeles.",
            "Mi madre depende de la ayuda que {office} organiza en {place}.",
            "Nuestra asociación de vecinos de {place} escribió a {office} sobre la plaza.",
        ),
        "problems": (
            "Durante once semanas nadie contestó, aunque la ley da seis.",
            "La carta dice que no y no da razones.",
            "Los vecinos con los mismos ingresos recibieron la ayuda y nosotros no.",
            "Perdieron mi expediente dos veces.",
            "El funcionario de la ventanilla se rió de mí.",
            "El formulario solo existe en línea y la biblioteca está cerrada.",
        ),
        "consequences": ("Mientras tanto debemos dos meses de alquiler.", "Mi hijo no pudo empezar el colegio."),
        "requests": ("Pido una decisión razonada y una disculpa.", "Ruego que investiguen cómo se tramita esto."),
    },
    "it": {
        "subjects": (
            "Undici settimane senza risposta",
            "Decisione senza motivi",
            "Vicini trattati diversamente",
            "Pratica smarrita due volte",
            "Scortesia allo sportello",
            "Ufficio non accessibile",
        ),
        "openings": (
            "In primavera ho presentato domanda a {office} di {place} con tutti i documenti.",
            "Mia madre dipende dall'assistenza che {office} organizza a {place}.",
            "La nostra associazione di {place} ha scritto a {office} a proposito della piazza.",
        ),
        "problems": (
            "Per undici settimane nessuno ha risposto, benché la legge ne preveda sei.",
            "La lettera dice di no senza alcun motivo.",
            "I vicini con lo stesso reddito hanno avuto il contributo, noi no.",
            "Hanno smarrito la mia pratica due volte.",
            "L'impiegato allo sportello mi ha deriso.",
            "Il modulo esiste solo in rete e la biblioteca è chiusa.",
        ),
        "consequences": (
            "Intanto siamo indietro di due mesi con l'affitto.",
            "Mio figlio non ha potuto iniziare la scuola.",
        ),
        "requests": ("Chiedo una decisione motivata e delle scuse.", "Vi prego di verificare la procedura."),
    },
    "da": {
        "subjects": (
            "Elleve uger uden svar",
            "Afgørelse uden begrundelse",
            "Naboer behandlet anderledes",
            "Sagen blev væk to gange",
            "Uhøflig betjening",
            "Kontoret er ikke tilgængeligt",
        ),
        "openings": (
            "I foråret søgte jeg hos {office} i {place} og sendte alle papirer.",
            "Min mor er afhængig af den hjælp, som {office} giver i {place}.",
            "Vores beboerforening i {place} skrev til {office} om planerne for torvet.",
        ),
        "problems": (
            "I elleve uger svarede ingen, selv om loven giver seks.",
            "Brevet siger nej uden nogen begrundelse.",
            "Naboerne med samme indkomst fik tilskuddet, det gjorde vi ikke.",
            "De har mistet min sag to gange.",
            "Medarbejderen ved skranken grinede ad mig.",
            "Blanketten findes kun på nettet, og biblioteket er lukket.",
        ),
        "consequences": ("Imens er vi to måneder bagud med huslejen.", "Min søn kunne ikke begynde i skolen."),
        "requests": ("Jeg ønsker en begrundet afgørelse og en undskyldning.", "Undersøg venligst sagsgangen."),
    },
    "et": {
        "subjects": (
            "Üksteist nädalat vastuseta",
            "Otsus ilma põhjenduseta",
            "Naabreid koheldi teisiti",
            "Toimik kadus kaks korda",
            "Ebaviisakas teenindus",
            "Ametisse ei pääse ratastooliga",
        ),
        "openings": (
            "Esitasin kevadel asutusele {office} ({place}) avalduse koos kõigi dokumentidega.",
            "Minu ema sõltub abist, mida korraldab {office} ({place}).",
        ),
        "problems": (
            "Üksteist nädalat ei vastanud keegi, kuigi seadus annab kuus.",
            "Kirjas on keeldumine ilma ühegi põhjenduseta.",
            "Sama sissetulekuga naabrid said toetust, meie mitte.",
            "Minu toimik kadus kaks korda.",
            "Ametnik naeris minu üle.",
            "Vorm on ainult veebis ja raamatukogu on suletud.",
        ),
        "consequences": ("Vahepeal oleme üüriga kaks kuud hiljaks jäänud.", "Mu poeg ei saanud kooli alustada."),
        "requests": ("Soovin põhjendatud otsust ja vabandust.", "Palun uurige asjaajamist."),
    },
    "ro": {
        "subjects": (
            "Unsprezece săptămâni fără răspuns",
            "Decizie fără motive",
            "Vecini tratați diferit",
            "Dosar pierdut de două ori",
            "Lipsă de politețe la ghișeu",
            "Birou inaccesibil",
        ),
        "openings": (
            "În primăvară am depus o cerere la {office} din {place} cu toate actele.",
            "Mama mea depinde de ajutorul organizat de {office} în {place}.",
        ),
        "problems": (
            "Timp de unsprezece săptămâni nu a răspuns nimeni, deși legea prevede șase.",
            "Scrisoarea spune nu, fără niciun motiv.",
            "Vecinii cu același venit au primit ajutorul, noi nu.",
            "Mi-au pierdut dosarul de două ori.",
            "Funcționarul de la ghișeu a râs de mine.",
            "Formularul există doar pe internet, iar biblioteca este închisă.",
        ),
        "consequences": ("Între timp avem două luni de chirie neplătite.", "Fiul meu nu a putut începe școala."),
        "requests": ("Cer o decizie motivată și scuze.", "Vă rog să verificați procedura."),
    },
}
