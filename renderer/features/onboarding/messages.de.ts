/** German texts of the first start, the lock screen, and the reminders about phrase and backup. */
import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

export const messages: Translation<typeof english> = {
  'onboarding.title': 'Willkommen',
  'onboarding.back': 'Zurück',
  'onboarding.progress': 'Erster Start',

  'onboarding.step.network': 'Netz',
  'onboarding.step.start': 'Wallet',
  'onboarding.step.name': 'Konto',

  'onboarding.welcome.title': 'Ihre eigene Wallet, auf Ihrem eigenen Knoten',
  'onboarding.welcome.text':
    'QuDAG Exchange führt rUv, eine Ressourcengutschrift, in einem Ledger, dessen Signaturen Quantencomputern standhalten. Es läuft auf diesem Rechner und fragt niemandes Server.',
  'onboarding.welcome.keys': 'Ihre Schlüssel verlassen diesen Rechner nicht',
  'onboarding.welcome.keys.text':
    'Sie sind mit Ihrem Passwort verschlüsselt. Niemand kann es zurücksetzen, und niemand kann Ihr Konto sperren.',
  'onboarding.welcome.phrase': '24 Wörter bringen alles zurück',
  'onboarding.welcome.phrase.text': 'Sie schreiben sie auf Papier. Wer das Papier hat, hat das Geld.',
  'onboarding.welcome.final': 'Zahlungen sind nach etwa einer Sekunde endgültig',
  'onboarding.welcome.final.text':
    'Was endgültig ist, kann niemand zurücknehmen. Lesen Sie die Übersicht, bevor Sie senden.',
  'onboarding.welcome.begin': 'Beginnen',

  'onboarding.network.title': 'Welches Netz?',
  'onboarding.network.text':
    'Jedes Netz ist ein Ledger für sich. Geld und Adressen des einen bedeuten im anderen nichts.',
  'onboarding.network.label': 'Netz',
  'onboarding.network.dev': 'Entwicklungsnetz',
  'onboarding.network.dev.text':
    'Ein Validator auf diesem Rechner und Testgeld, so viel Sie brauchen. Zum Ausprobieren: Nichts davon ist etwas wert.',
  'onboarding.network.join': 'Ein anderes Netz',
  'onboarding.network.join.text':
    'Mit anderen geteilt, durch seine Genesis-Datei oder einen Link, den Sie von seinem Betreiber haben.',
  'onboarding.network.running': 'Läuft',
  'onboarding.network.other': 'Netz {network}',
  'onboarding.network.other.text': 'Das Netz, auf dem dieser Knoten gestartet wurde, aus einer Genesis-Datei.',

  'onboarding.start.title': 'Wie möchten Sie beginnen?',
  'onboarding.start.create': 'Wallet anlegen',
  'onboarding.start.create.text': 'Neue Schlüssel und 24 neue Wörter. Dauert etwa fünf Minuten, mit Stift und Papier.',
  'onboarding.start.restore': 'Aus 24 Wörtern wiederherstellen',
  'onboarding.start.restore.text': 'Sie haben die Wörter einer früher angelegten Wallet.',
  'onboarding.start.backup': 'Aus einer Sicherungsdatei wiederherstellen',
  'onboarding.start.backup.text': 'Sie haben eine Datei, die dieses Programm gespeichert hat, und ihr Passwort.',
  'onboarding.start.watch': 'Nur ein Konto beobachten',
  'onboarding.start.watch.text':
    'Den Stand einer Adresse sehen. Keine Schlüssel, kein Passwort; eine Wallet können Sie später anlegen.',

  'onboarding.secret.title': 'Weiter im anderen Fenster',
  'onboarding.secret.text':
    'Passwörter und Wörter werden in einem eigenen Fenster eingegeben und gezeigt, das danach verschwindet. Nichts davon gelangt hierher.',
  'onboarding.secret.show': 'Fenster zeigen',
  'onboarding.secret.dialog': 'Einen Augenblick …',

  'onboarding.watch.title': 'Ein Konto beobachten',
  'onboarding.watch.text':
    'Ein Konto, dessen Adresse bekannt ist, darf jeder ansehen. Ausgeben lässt sich daraus nur mit seinen Schlüsseln, und die bleiben, wo sie sind.',
  'onboarding.watch.address': 'Adresse',
  'onboarding.watch.address.missing': 'Geben Sie eine Adresse ein, oder fügen Sie sie ein.',
  'onboarding.watch.address.checksum':
    'Das ist keine Adresse: Ein Zeichen ist falsch, fehlt oder steht am falschen Platz.',
  'onboarding.watch.address.network': 'Das ist eine Adresse eines anderen Netzes.',
  'onboarding.watch.name': 'Name (freiwillig)',
  'onboarding.watch.submit': 'Beobachten',

  'onboarding.name.title': 'Benennen Sie Ihr erstes Konto',
  'onboarding.name.text': 'Eine Wallet kann viele Konten haben. Der Name bleibt auf diesem Rechner.',
  'onboarding.name.label': 'Name',
  'onboarding.name.suggestion': 'Alltag',
  'onboarding.name.submit': 'Konto anlegen',
  'onboarding.name.invalid': 'Ein Name hat bis zu 64 sichtbare Zeichen und sieht nicht wie eine Adresse aus.',
  'onboarding.name.locked': 'Die Wallet hat sich inzwischen gesperrt.',
  'onboarding.name.unlock': 'Entsperren',
  'onboarding.name.later': 'Später',

  'onboarding.token': 'Ich habe ein Hardware-Token',
  'onboarding.token.text':
    'Das Konto kann für jede Zahlung neben dieser Wallet ein Token brauchen: dann kann eine Kopie der Wallet allein nicht zahlen, und ohne das Token auch Sie nicht. Dafür einen Schlüssel koppeln, der „gemeinsam mit der Wallet“ signiert; jedes Token mit P-256 hat einen. Das hat Zeit: weitere Konten lassen sich später anlegen.',
  'onboarding.token.pair': 'Schlüssel koppeln …',

  'onboarding.restored.title': '{count, plural, one {# Konto ist} other {# Konten sind}} wieder da',
  'onboarding.restored.text': 'Die Namen blieben auf dem anderen Rechner: Vergeben Sie sie neu, jetzt oder später.',
  'onboarding.restored.backupText': 'Mit den Namen, die sie zur Zeit der Sicherung hatten.',
  'onboarding.restored.name': 'Name des Kontos {address}',
  'onboarding.restored.unnamed': 'Konto {number}',
  'onboarding.restored.submit': 'Weiter',

  'onboarding.done.title': 'Ihre Wallet ist bereit',
  'onboarding.done.watching': 'Das Konto wird beobachtet',
  'onboarding.done.address': 'Ihre Adresse',
  'onboarding.done.address.text': 'Geben Sie sie dem, der Ihnen etwas zahlen will. Sie ist öffentlich.',
  'onboarding.done.money': 'Testgeld holen',
  'onboarding.done.money.text':
    'Dieses Netz verschenkt Geld, das nichts wert ist, damit Sie alles ausprobieren können.',
  'onboarding.done.money.asked': 'Testgeld ist unterwegs',
  'onboarding.done.backup': 'Sicherung speichern',
  'onboarding.done.backup.text':
    'Eine verschlüsselte Datei ist der schnellste Weg zurück, samt Namen. Die Wörter auf Papier bleiben der letzte.',
  'onboarding.done.backup.saved': 'Sicherung gespeichert',
  'onboarding.done.open': 'Wallet öffnen',

  'onboarding.unconfirmed.title': 'Wiederherstellungsphrase nicht geprüft',
  'onboarding.unconfirmed.text':
    'Das Fenster wurde geschlossen, bevor die Wörter geprüft waren. Sie werden nicht noch einmal gezeigt. Stehen sie nicht auf Papier: Speichern Sie jetzt eine verschlüsselte Sicherung, und legen Sie für größere Beträge eine Wallet in einem anderen Datenordner an und senden das Geld dorthin.',
  'onboarding.unconfirmed.backup': 'Sicherung speichern',
  'onboarding.unconfirmed.claim': 'Alle 24 Wörter stehen auf Papier',

  'onboarding.drill.title': 'Kommen Sie noch hinein?',
  'onboarding.drill.text':
    'Um Phrase und Sicherung haben Sie sich zuletzt {since} gekümmert. Sehen Sie nach, ob das Papier dort liegt, wo Sie es vermuten, und speichern Sie eine neue Sicherung.',
  'onboarding.drill.seen': 'Nachgesehen: Das Papier ist da',

  'lock.title': 'Gesperrt',
  'lock.text': 'Die Schlüssel sind verschlüsselt. Der Knoten läuft weiter: Zahlungen an Sie kommen trotzdem an.',
  'lock.unlock': 'Entsperren',
  'lock.unlock.window': 'Das Passwort wird in einem eigenen Fenster eingegeben.',
  'lock.waiting': 'Wartet auf das andere Fenster …',
  'lock.retry': 'Der nächste Versuch ist in {seconds, plural, one {# Sekunde} other {# Sekunden}} möglich.',
  'lock.auto.never': 'Sie sperrt sich nicht von selbst.',
  'lock.auto': 'Sie sperrt sich von selbst nach {minutes, plural, one {# Minute} other {# Minuten}} ohne Benutzung.',
  'lock.forgotten': 'Passwort vergessen?',
  'lock.forgotten.text':
    'Niemand kann es zurücksetzen, und es steht nirgends. Mit Ihren 24 Wörtern oder einer Sicherung, deren Passwort Sie kennen, bekommen Sie alles zurück:',
  'lock.lostToken': 'Passwort vergessen oder Token verloren?',
  'lock.lostToken.text':
    'Niemand kann sie zurücksetzen oder ersetzen. Mit Ihren 24 Wörtern oder einer Sicherung von vor dem Siegel, deren Passwort Sie kennen, bekommen Sie alles zurück. Sicherungen aus der Zeit mit Siegel brauchen auch das Token.',
  'lock.forgotten.step1': 'Beenden Sie dieses Programm und seinen Knoten.',
  'lock.forgotten.step2':
    'Benennen Sie im Datenordner vault.json um. Löschen Sie die Datei nicht: Vielleicht fällt Ihnen das Passwort wieder ein.',
  'lock.forgotten.step3':
    'Starten Sie neu, und wählen Sie, aus 24 Wörtern oder aus einer Sicherungsdatei wiederherzustellen.',
  'lock.forgotten.folder': 'Datenordner',
}
