import type { Translation } from '../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

/** German texts of the shell. */
export const messages: Translation<typeof english> = {
  'app.name': 'QuDAG Exchange',
  'app.views': 'Ansichten',
  'app.skip': 'Zur Ansicht springen',

  'app.place.wallet': 'Wallet',
  'app.place.network': 'Netz',
  'app.place.settings': 'Einstellungen',
  'app.place.send': 'Senden',
  'app.place.receive': 'Empfangen',
  'app.place.history': 'Verlauf',
  'app.place.accounts': 'Konten',
  'app.place.addressBook': 'Adressbuch',
  'app.place.messages': 'Nachrichten signieren und prüfen',

  'app.network.main': 'Das Hauptnetz: Was hier bezahlt wird, ist echt.',
  'app.network.test': 'Ein Testnetz: Seine rUv haben keinen Wert.',
  'app.network.dev': 'Ein Entwicklungsnetz auf diesem Rechner: Seine rUv haben keinen Wert.',
  'app.network.testMoney': 'Testgeld',

  'app.strip': 'Zustand',
  'app.strip.inSync': 'Synchron · Commit {commit}',
  'app.strip.atCommit': '{state} · Commit {commit}',
  'app.strip.underWay': '{state} · {share}',
  'app.strip.asOf': 'Nicht verbunden · Stand {time}',
  'app.strip.finality': 'Endgültig in {time} (Median)',
  'app.strip.noFinality': 'Noch keine Zahlung',
  'app.strip.peers': '{count, plural, =0 {Keine Peers} one {# Peer} other {# Peers}}',
  'app.strip.waiting': '{count} unterwegs',

  'app.lock.locked': 'Gesperrt',
  'app.lock.open': 'Entsperrt',
  'app.lock.openFor': 'Entsperrt · sperrt in {time}',
  'app.lock.noVault': 'Noch keine Wallet',
  'app.lock.unlock': 'Entsperren',
  'app.lock.now': 'Jetzt sperren',
  'app.lock.view': 'Guthaben ansehen, ohne zu entsperren',

  'app.lost.title': 'Keine Verbindung zum Knoten',
  'app.lost.text':
    'Was zu sehen ist, hat den Stand von {time}. Gesendete Zahlungen laufen ohne dieses Fenster weiter; von hier lässt sich nichts senden, bis die Verbindung wieder da ist. Es wird von selbst weiter versucht.',

  'app.starting.node': 'Der Knoten startet …',
  'app.starting.connecting': 'Verbindung wird aufgebaut …',
  'app.starting.view': 'Lädt …',
  'app.starting.long':
    'Das dauert länger als sonst. Nach einem Update oder Absturz liest und prüft der Knoten zuerst seinen ganzen Verlauf; dem Geld geschieht dabei nichts.',

  'app.signedOut.title': 'Diese Seite ist nicht angemeldet',
  'app.signedOut.no-session': 'Der Knoten zeigt die Wallet nur Seiten, die von ihm aus geöffnet wurden.',
  'app.signedOut.code-invalid':
    'Die Adresse, mit der diese Seite geöffnet wurde, war schon benutzt oder ist älter als eine Minute.',
  'app.signedOut.unreachable': 'Der Knoten antwortet nicht. Vielleicht wurde er beendet.',
  'app.signedOut.ended':
    'Die Sitzung dieser Seite ist zu Ende: Der Knoten wurde neu gestartet oder hat sie abgemeldet.',
  'app.signedOut.how': 'Zum Öffnen dies auf dem Rechner ausführen, auf dem der Knoten läuft:',
  'app.signedOut.why':
    'Die Adresse, die sich damit öffnet, gilt einmal und eine Minute lang, damit niemand sie aus einem Verlauf nehmen kann. Dem Geld geschieht nichts.',
  'app.signedOut.copy': 'Befehl kopieren',

  'app.failed.STORAGE_FULL':
    'Die Platte ist voll, deshalb hat der Knoten angehalten. Was er aufgezeichnet hatte, ist da; läuft er wieder, zeigt der Verlauf, ob eine letzte Zahlung dabei ist.',
  'app.failed.title': 'Der Knoten läuft nicht',
  'app.failed.again': 'Erneut versuchen',
  'app.failed.development': 'Das Entwicklungsnetz verwenden',
  'app.failed.logs': 'Protokolle öffnen',
  'app.failed.quit': 'Beenden',
  'app.failed.money':
    'Die Schlüssel sind in der Tresordatei, das Guthaben ist auf dem Ledger: Beides hängt nicht davon ab, ob dieses Programm läuft.',
  'app.failed.code': 'Code',
  'app.failed.copyCode': 'Code kopieren',

  'app.fault.title': 'In dieser Ansicht ist ein Fehler aufgetreten',
  'app.fault.text':
    'Deswegen wurde nichts gesendet, und laufende Zahlungen gehen weiter. Falls es wieder geschieht, bitte melden, was vorher getan wurde.',
  'app.fault.again': 'Erneut versuchen',
  'app.fault.reload': 'Alles neu laden',

  'app.secret.pin': 'Token entsperren',
  'app.secret.pair-key': 'Hardware-Schlüssel koppeln',
  'app.secret.test-key': 'Token prüfen',
  'app.secret.change-pin': 'PIN eines Tokens ändern',
  'app.secret.create': 'Wallet anlegen',
  'app.secret.restore': 'Aus Wiederherstellungsphrase wiederherstellen',
  'app.secret.unlock': 'Wallet entsperren',
  'app.secret.change-password': 'Passwort ändern',
  'app.secret.backup': 'Verschlüsselte Sicherung speichern',
  'app.secret.restore-backup': 'Aus einer Sicherung wiederherstellen',
  'app.secret.seal': 'Wallet versiegeln',
  'app.secret.unseal': 'Siegel abnehmen',

  'app.palette.title': 'Befehle',
  'app.palette.short': 'Suchen',
  'app.palette.placeholder': 'Hingehen, tun oder ein Konto finden …',
  'app.palette.nothing': 'Hier heißt nichts „{query}“.',
  'app.palette.places': 'Gehe zu',
  'app.palette.actions': 'Tun',
  'app.palette.accounts': 'Konten',
  'app.account.watched': 'beobachtet',

  'app.action.hideBalances': 'Guthaben verbergen',
  'app.action.showBalances': 'Guthaben zeigen',
  'app.action.light': 'Helles Design',
  'app.action.dark': 'Dunkles Design',
  'app.action.system': 'Design des Systems',
  'app.action.language': 'Sprache: {name}',

  'app.shortcuts.title': 'Tastenkürzel',
  'app.shortcuts.everywhere': 'Überall',
  'app.shortcuts.inWallet': 'In der Wallet, solange nichts getippt wird',
  'app.shortcuts.palette': 'Orte, Aktionen und Konten suchen',
  'app.shortcuts.list': 'Diese Liste',
  'app.shortcuts.wallet': 'Zur Wallet',
  'app.shortcuts.network': 'Zum Netz',
  'app.shortcuts.settings': 'Zu den Einstellungen',
  'app.shortcuts.lock': 'Wallet sperren',
  'app.shortcuts.close': 'Schließen, was offen ist',
  'app.shortcuts.send': 'Senden',
  'app.shortcuts.receive': 'Empfangen',
  'app.shortcuts.search': 'Verlauf durchsuchen',
  'app.shortcuts.next': 'Nächste Zeile',
  'app.shortcuts.previous': 'Zeile davor',
  'app.shortcuts.open': 'Zeile öffnen',
}
