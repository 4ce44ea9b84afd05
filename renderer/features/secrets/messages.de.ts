/** German texts of the forms for passwords and phrases. */
import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

export const messages: Translation<typeof english> = {
  'secrets.cancel': 'Abbrechen',
  'secrets.back': 'Zurück',
  'secrets.continue': 'Weiter',
  'secrets.advanced': 'Erweitert',

  'secrets.password': 'Passwort',
  'secrets.password.new': 'Neues Passwort',
  'secrets.password.current': 'Jetziges Passwort',
  'secrets.password.repeat': 'Passwort wiederholen',
  'secrets.password.advice':
    'Mindestens {count} Zeichen, gleich welche. Mehrere Wörter ohne Zusammenhang merkt man sich leicht und errät sie schwer.',
  'secrets.password.missing': 'Geben Sie das Passwort ein.',
  'secrets.password.short': 'Das Passwort braucht mindestens {count, plural, one {# Zeichen} other {# Zeichen}}.',
  'secrets.password.long': 'Das Passwort ist zu lang.',
  'secrets.password.differ': 'Die beiden Passwörter sind nicht gleich.',
  'secrets.password.same': 'Das neue Passwort ist das alte.',
  'secrets.password.wrong': 'Das ist nicht das Passwort.',

  'secrets.strength.0': 'Fällt sofort',
  'secrets.strength.1': 'Schwach',
  'secrets.strength.2': 'Mäßig',
  'secrets.strength.3': 'Gut',
  'secrets.strength.4': 'Stark',
  'secrets.strength.time': '{level}. Wer die Tresordatei gestohlen hat und viele Rechner mietet, bräuchte etwa {time}.',
  'secrets.strength.none': 'Wird beim Tippen beurteilt, nur auf diesem Rechner.',
  'secrets.strength.seconds': '{count, plural, one {eine Sekunde} other {# Sekunden}}',
  'secrets.strength.minutes': '{count, plural, one {eine Minute} other {# Minuten}}',
  'secrets.strength.hours': '{count, plural, one {eine Stunde} other {# Stunden}}',
  'secrets.strength.days': '{count, plural, one {einen Tag} other {# Tage}}',
  'secrets.strength.months': '{count, plural, one {einen Monat} other {# Monate}}',
  'secrets.strength.years': '{count, plural, one {ein Jahr} other {# Jahre}}',
  'secrets.strength.centuries':
    '{count, plural, one {ein Jahrhundert} =10 {viele Jahrhunderte} other {# Jahrhunderte}}',

  'secrets.retry.title': 'Zu viele falsche Passwörter',
  'secrets.retry.wait': 'Der nächste Versuch ist in {seconds, plural, one {# Sekunde} other {# Sekunden}} möglich.',

  'secrets.passphrase': 'Zusatzpasswort',
  'secrets.passphrase.create':
    'Ein eigener Text, der zu den 24 Wörtern gehört (BIP-39). Ohne ihn, Zeichen für Zeichen, öffnen die Wörter einen anderen, leeren Tresor. Er wird nirgends gespeichert; nur Sicherungsdateien kommen ohne ihn aus. Lassen Sie ihn leer, wenn Sie nicht sicher sind.',
  'secrets.passphrase.restore':
    'Nur, wenn der Tresor mit einem angelegt wurde. Ein falsches fällt nicht auf: Es öffnet einen anderen, leeren Tresor.',
  'secrets.passphrase.repeat': 'Zusatzpasswort wiederholen',
  'secrets.passphrase.differ': 'Die beiden Zusatzpasswörter sind nicht gleich.',

  'secrets.create.step.password': 'Passwort',
  'secrets.create.step.write': 'Aufschreiben',
  'secrets.create.step.check': 'Prüfen',
  'secrets.create.password.intro':
    'Das Passwort verschlüsselt die Wallet auf diesem Rechner. Sie geben es zum Entsperren ein.',
  'secrets.create.ready.title': 'Als Nächstes kommen 24 Wörter, ein einziges Mal',
  'secrets.create.ready.text':
    'Sie sind das Geld: Wer sie hat, kann es ausgeben, und ohne sie bringt es niemand zurück. Legen Sie Stift und Papier bereit und sorgen Sie dafür, dass niemand zusieht.',
  'secrets.create.ready.confirm': 'Stift und Papier liegen bereit, und niemand sieht zu',
  'secrets.create.ready.missing': 'Bestätigen Sie das: Die Wörter lassen sich kein zweites Mal zeigen.',
  'secrets.create.submit': 'Anlegen und Wörter zeigen',
  'secrets.create.pending': 'Schlüssel werden erzeugt …',
  'secrets.create.write.intro': 'Schreiben Sie diese Wörter auf, in dieser Reihenfolge. Kein Foto, keine Datei.',
  'secrets.create.write.hidden': 'Verdeckt, bis Sie sie zeigen, und sobald Sie in ein anderes Fenster sehen.',
  'secrets.create.write.reveal': 'Wörter zeigen',
  'secrets.create.write.hide': 'Verdecken',
  'secrets.create.write.list': 'Wiederherstellungsphrase',
  'secrets.create.write.done': 'Ich habe sie aufgeschrieben',
  'secrets.create.write.first': 'Zeigen Sie zuerst die Wörter.',
  'secrets.create.check.intro': 'Geben Sie diese {count} Wörter von Ihrem Papier ein.',
  'secrets.create.check.submit': 'Prüfen',
  'secrets.create.check.wrong':
    '{count, plural, one {Ein Wort ist} other {# Wörter sind}} nicht wie gezeigt. Sehen Sie noch einmal auf Ihr Papier, oder gehen Sie zu den Wörtern zurück.',
  'secrets.create.check.missing': 'Geben Sie alle {count} Wörter ein.',
  'secrets.create.leave.title': 'Schließen, ohne zu prüfen?',
  'secrets.create.leave.text':
    'Die Wallet gibt es, und ihre Wörter werden nicht noch einmal gezeigt. Stehen sie nicht auf Papier, bringt nur eine Sicherungsdatei mit ihrem Passwort Ihr Geld zurück.',
  'secrets.create.leave.stay': 'Hier weitermachen',
  'secrets.create.leave.go': 'Trotzdem schließen',

  'secrets.restore.step.words': 'Wörter',
  'secrets.restore.step.password': 'Passwort',
  'secrets.restore.words.intro':
    'Geben Sie die Wörter der Reihe nach ein, oder fügen Sie alle im ersten Feld ein. Von jedem genügen ein paar Buchstaben.',
  'secrets.restore.words.label': 'Wörter der Wiederherstellungsphrase',
  'secrets.restore.word': 'Wort {position}',
  'secrets.restore.word.unknown': 'Steht nicht in der Wortliste',
  'secrets.restore.status.count': '{known} von 24 Wörtern',
  'secrets.restore.status.unknown':
    '{count, plural, one {Wort {positions} steht} other {Die Wörter {positions} stehen}} nicht in der Liste.',
  'secrets.restore.status.checksum':
    'Alle Wörter stehen in der Liste, aber nicht in dieser Reihenfolge: Eines ist falsch oder am falschen Platz. Vergleichen Sie sie mit Ihrem Papier.',
  'secrets.restore.status.complete': 'Alle 24 Wörter passen zusammen.',
  'secrets.restore.status.tooMany': 'Es waren mehr Wörter als Felder; der Rest wurde weggelassen.',
  'secrets.restore.words.missing': 'Füllen Sie zuerst alle 24 Wörter aus.',
  'secrets.restore.clear': 'Alle leeren',
  'secrets.restore.password.intro': 'Ein neues Passwort für diesen Rechner. Es muss nicht das frühere sein.',
  'secrets.restore.accounts': 'Wiederherzustellende Konten',
  'secrets.restore.accounts.help':
    'Konten, die der Ledger kennt, werden von selbst gefunden. Mehr brauchen Sie nur, wenn Sie Adressen weitergegeben haben, auf die noch niemand gezahlt hat.',
  'secrets.restore.accounts.range': 'Eine ganze Zahl von 1 bis {most}.',
  'secrets.restore.submit': 'Wiederherstellen',
  'secrets.restore.pending': 'Schlüssel werden erzeugt, Ihre Konten werden gesucht …',
  'secrets.restore.pending.note':
    'Das dauert einige Sekunden, bei vielen Konten länger. Es geht weiter, auch wenn Sie dieses Fenster verlassen.',

  'secrets.restoreBackup.intro':
    'Eine Datei, die dieses Programm gespeichert hat, und das Passwort, das die Wallet damals hatte.',
  'secrets.restoreBackup.file': 'Sicherungsdatei',
  'secrets.restoreBackup.choose': 'Datei wählen …',
  'secrets.restoreBackup.change': 'Andere wählen …',
  'secrets.restoreBackup.drop': 'oder hier ablegen',
  'secrets.restoreBackup.chosen': '{name}, {size}',
  'secrets.restoreBackup.missing': 'Wählen Sie die Sicherungsdatei.',
  'secrets.restoreBackup.empty': 'Diese Datei ist leer.',
  'secrets.restoreBackup.too-large': 'Diese Datei ist zu groß für eine Sicherung.',
  'secrets.restoreBackup.not-a-backup': 'Diese Datei ist keine Sicherung einer Wallet.',
  'secrets.restoreBackup.unreadable': 'Diese Datei ließ sich nicht lesen.',
  'secrets.restoreBackup.password': 'Passwort der Sicherung',
  'secrets.restoreBackup.submit': 'Wiederherstellen',
  'secrets.restoreBackup.pending': 'Die Sicherung wird geöffnet …',

  'secrets.unlock.submit': 'Entsperren',
  'secrets.unlock.pending': 'Wird entsperrt …',

  'secrets.change.intro':
    'Frühere Sicherungen behalten das Passwort, mit dem sie gemacht wurden. Die 24 Wörter bleiben dieselben.',
  'secrets.change.submit': 'Passwort ändern',
  'secrets.change.pending': 'Wird neu verschlüsselt …',

  'secrets.backup.intro':
    'Eine Datei mit Ihren Schlüsseln, die ohne das Passwort niemand lesen kann, und mit Namen und Adressen Ihrer Konten, die jeder lesen kann, der die Datei hat. Bewahren Sie sie auf einem anderen Gerät auf. Sie öffnet sich mit dem jetzigen Passwort, auch wenn Sie es später ändern.',
  'secrets.backup.submit': 'Sicherung speichern …',
  'secrets.backup.pending': 'Wird verschlüsselt …',
  'secrets.backup.unsaved': 'Die Sicherung wurde nicht gespeichert. Auf der Platte blieb nichts zurück.',

  'secrets.seal.intro': 'Versiegelt öffnet sich die Wallet nur mit Passwort, diesem Token und seiner PIN zusammen.',
  'secrets.seal.key': 'Schlüssel',
  'secrets.seal.token': 'Token',
  'secrets.seal.protects':
    'Wer diesen Rechner, seine Platte oder eine Kopie der Datei stiehlt, kann ohne das Token nichts erraten, wie schwach das Passwort auch sei.',
  'secrets.seal.open':
    'Ist die Wallet offen, sind ihre Schlüssel wie sonst im Speicher: ein bösartiges Programm könnte sie benutzen.',
  'secrets.seal.backups':
    'Sicherungen von jetzt an sind ebenfalls versiegelt. Frühere und andere Kopien öffnen sich weiter mit dem Passwort allein.',
  'secrets.seal.lost': 'Geht das Token verloren oder kaputt',
  'secrets.seal.lost.text':
    'Dann öffnen sich die Wallet und ihre versiegelten Sicherungen nicht mehr. Der Ausweg sind die 24 Wörter und eine Sicherung von vor dem Siegel.',
  'secrets.seal.phrase': 'Ich habe meine 24 Wörter auf Papier',
  'secrets.seal.phrase.missing':
    'Vergewissern Sie sich zuerst der Wörter: ohne sie ist mit dem Token auch das Geld verloren.',
  'secrets.seal.submit': 'Wallet versiegeln',
  'secrets.seal.pending': 'Wird versiegelt …',
  'secrets.unseal.intro':
    'Von da an öffnet das Passwort allein die Wallet: wählen Sie eines, das schwer zu erraten ist.',
  'secrets.unseal.backups':
    'Sicherungen aus der Zeit mit Siegel bleiben versiegelt. Behalten Sie den Schlüssel im Token, solange Sie sie behalten, oder speichern Sie eine neue.',
  'secrets.unseal.submit': 'Siegel abnehmen',
  'secrets.unseal.pending': 'Das Siegel wird abgenommen …',
}
