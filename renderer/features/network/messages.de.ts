import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

/** German texts of the view of the network. */
export const messages: Translation<typeof english> = {
  'network.title': 'Netz',
  'network.figures': 'Zahlen dieses Knotens',
  'network.figure.commits': 'Commits',
  'network.figure.transactions': 'Transaktionen',
  'network.figure.p50': 'Die Hälfte endgültig in',
  'network.figure.p95': '95 % endgültig in',
  'network.figure.mempool': 'Unterwegs',

  'network.node': 'Dieser Knoten',
  'network.inSync': 'Synchron',
  'network.asOf': 'Stand {time}',
  'network.role': 'Rolle',
  'network.role.validator': 'Validator',
  'network.network': 'Netz',
  'network.chain': 'Kettenkennung',
  'network.chain.copy': 'Kettenkennung kopieren',
  'network.round': 'Runde',
  'network.stateRoot': 'Zustandswurzel',
  'network.stateRoot.copy': 'Zustandswurzel kopieren',
  'network.dataDir': 'Datenordner',
  'network.api': 'Schnittstelle für Programme',
  'network.api.none': 'Nicht offen',
  'network.process': 'Prozess',

  'network.peers': 'Peers',
  'network.peer.copy': 'Kennung des Peers kopieren',
  'network.peers.alone': 'Dies ist ein Netz aus einem Knoten',
  'network.peers.aloneText':
    'Dieser Knoten ist der einzige Validator seiner Kette: Er stimmt mit sich selbst überein und braucht niemanden sonst. Zahlungen werden trotzdem endgültig.',
  'network.peers.none': 'Kein anderer Validator ist verbunden',
  'network.peers.noneText':
    'Zahlungen warten, bis Validatoren mit mehr als zwei Dritteln des Einsatzes verbunden sind. Verloren geht dabei nichts.',

  'network.checkpoints': 'Checkpoints',
  'network.checkpoints.what': 'Von den Validatoren signiert: Alles davor ist anderen beweisbar',
  'network.checkpoints.none': 'Noch kein Checkpoint',
  'network.checkpoints.noneText':
    'Die Validatoren signieren alle paar Commits einen Checkpoint. Der erste kommt nach den ersten Zahlungen.',
  'network.checkpoints.older': 'Ältere Checkpoints',
  'network.checkpoint.seq': 'Nr.',
  'network.checkpoint.time': 'Zeit',
  'network.checkpoint.commit': 'Commit',
  'network.checkpoint.signatures': 'Signaturen',
  'network.checkpoint.hash': 'Hash',
  'network.checkpoint.copy': 'Hash von Checkpoint {seq} kopieren',

  'network.storage': 'Speicher',
  'network.storage.size': 'Auf der Platte',
  'network.storage.commits': 'Commits',
  'network.storage.transactions': 'Transaktionen',
  'network.storage.journal': 'Journaleinträge',
  'network.storage.schema': 'Version der Tabellen',
  'network.storage.verify': 'Prüfen',
  'network.storage.verifyWhat':
    'Beim Prüfen wird alles vom Genesis an wiederholt und mit dem Gespeicherten verglichen. Das kann Minuten dauern; der Knoten läuft dabei weiter.',
  'network.storage.verifying': 'Alles vom Genesis an wird wiederholt …',
  'network.storage.intact': 'Alles stimmt, Stand {time}',
  'network.storage.intactText':
    '{commits, plural, one {# Commit} other {# Commits}} mit {transactions, plural, one {# Transaktion} other {# Transaktionen}} wiederholt; die Zustandswurzel ist die gespeicherte:',
  'network.storage.damaged': 'Das Gespeicherte stimmt nicht',
  'network.storage.damagedText':
    'Von diesem Knoten nichts senden. Den Datenordner als Kopie behalten und in einem neuen aus der Wiederherstellungsphrase wiederherstellen; das Ledger der anderen Validatoren ist nicht betroffen.',

  'network.audit': 'Prüfprotokoll',
  'network.audit.verify': 'Prüfen',
  'network.audit.intact':
    '{entries, plural, one {# Eintrag folgt} other {Alle # Einträge folgen}} aus den vorigen: Nichts wurde geändert oder entfernt. Stand {time}.',
  'network.audit.broken': 'Das Prüfprotokoll wurde geändert oder beschädigt',
  'network.audit.problem': 'Zuerst in Zeile {line, number} von {file}:',
  'network.audit.none': 'Noch ist nichts aufgezeichnet',
  'network.audit.seq': 'Nr.',
  'network.audit.time': 'Zeit',
  'network.audit.action': 'Was',
  'network.audit.details': 'Einzelheiten',
}
