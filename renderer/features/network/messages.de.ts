import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

/** German texts of the view of the network. */
export const messages: Translation<typeof english> = {
  'network.title': 'Netz',
  'network.figures': 'Zahlen dieses Knotens',
  'network.figure.round': 'Runde',
  'network.figure.skips': 'Übergangene Leader',
  'network.figure.lastCommit': 'Letzter Commit',
  'network.figure.commits': 'Commits',
  'network.figure.transactions': 'Transaktionen',
  'network.figure.p50': 'Die Hälfte endgültig in',
  'network.figure.p95': '95 % endgültig in',
  'network.figure.mempool': 'Unterwegs',

  'network.standstill': 'Die Kette steht still',
  'network.standstill.noQuorum':
    'Validatoren mit einem Drittel des Einsatzes oder mehr schweigen; darum kann nichts festgeschrieben werden. Zahlungen warten, verloren geht nichts; sie gehen von selbst weiter, wenn genug Validatoren zurück sind.',
  'network.standstill.noCommit':
    'Die Validatoren sind da, aber was wartet, wird nicht festgeschrieben. Zahlungen warten, verloren geht nichts. Bleibt es so, hilft ein Blick ins Protokoll dieses Knotens.',
  'network.standstill.since': 'Seit {time}, {duration} lang',
  'network.equivocators':
    '{count, plural, one {Ein Validator hat zwei Vertices einer Runde signiert} other {# Validatoren haben zwei Vertices einer Runde signiert}}',
  'network.equivocatorsText':
    '{count, plural, one {Das ist von Validator {numbers} bewiesen. Mit der nächsten Epoche verliert er Einsatz und seinen Platz} other {Das ist von den Validatoren {numbers} bewiesen. Mit der nächsten Epoche verlieren sie Einsatz und ihren Platz}}; bis dahin warten die anderen nicht darauf. Zahlungen sind sicher, solange weniger als ein Drittel des Einsatzes das tut.',
  'network.noFaults':
    '{count, plural, one {Dieses Netz hat einen Validator} other {Dieses Netz verträgt keinen Ausfall}}',
  'network.noFaultsText':
    '{count, plural, one {Läuft er nicht, wird nichts festgeschrieben, und niemand prüft, was er sagt. Zum Ausprobieren genügt das.} other {Ein Commit braucht mehr als zwei Drittel des Einsatzes. Ohne den größten der # Validatoren ist das nicht zu erreichen, und Zahlungen warten, bis er zurück ist. Von vieren mit gleichem Einsatz darf einer ausfallen.}}',

  'network.validators': 'Validatoren',
  'network.validators.quorum':
    '{faults, plural, =0 {{validators, plural, one {Für einen Commit muss der einzige Validator da sein.} other {Ein Commit braucht mehr als zwei Drittel des Einsatzes; auf den größten der # Validatoren kann nicht verzichtet werden.}}} one {Ein Commit braucht mehr als zwei Drittel des Einsatzes: Einer von {validators} Validatoren, gleich welcher, darf ausfallen.} other {Ein Commit braucht mehr als zwei Drittel des Einsatzes: # von {validators} Validatoren, gleich welche, dürfen ausfallen.}}',
  'network.epoch': 'Epoche {epoch, number}',
  'network.epoch.ends': 'Epoche {epoch, number}, endet in {duration}',
  'network.validator': 'Validator',
  'network.validator.name': 'Validator {number, number}',
  'network.validator.nameSelf': 'Validator {number, number} (dieser Knoten)',
  'network.validator.self': 'Dieser Knoten',
  'network.validator.leads': 'Führt gerade',
  'network.validator.stake': 'Einsatz',
  'network.validator.stakeOf': '{amount} rUv, {share}',
  'network.validator.round': 'Letzte Runde',
  'network.validator.lag': 'Zurück',
  'network.validator.state': 'Zustand',
  'network.validator.id': 'Kennung',
  'network.validator.copy': 'Kennung von Validator {number, number} kopieren',
  'network.validator.up': 'Auf dem Stand',
  'network.validator.behind': 'Zurück',
  'network.validator.silent': 'Schweigt',
  'network.validator.unseen': 'Noch nicht gesehen',
  'network.validator.equivocates': 'Doppelt signiert',

  'network.graph': 'Vertexgraph',
  'network.graph.canvas': 'Vertexgraph, die neuesten Runden rechts',
  'network.graph.keys':
    'Pfeile gehen von Vertex zu Vertex, die Eingabetaste öffnet einen, + und − zoomen, 0 zeigt alle Bahnen, Umschalt mit einem Pfeil verschiebt das Bild, F folgt der neuesten Runde, die Leertaste hält an. Mit der Maus: ziehen, und das Rad mit Strg oder nach einem Klick.',
  'network.graph.table': 'Vertices, die neuesten zuerst',
  'network.graph.tableWhat': 'Alle Vertices, die das Bild zeigt, die neuesten zuerst.',
  'network.graph.asTable': 'Als Tabelle zeigen',
  'network.graph.asPicture': 'Als Bild zeigen',
  'network.graph.follow': 'Der neuesten Runde folgen',
  'network.graph.zoomIn': 'Vergrößern',
  'network.graph.zoomOut': 'Verkleinern',
  'network.graph.fit': 'Alle Bahnen zeigen',
  'network.graph.pause': 'Anhalten',
  'network.graph.resume': 'Weiter',
  'network.graph.paused':
    '{count, plural, =0 {Angehalten} one {Angehalten, seither # Runde} other {Angehalten, seither # Runden}}',
  'network.graph.legend': 'Was die Formen bedeuten',
  'network.graph.leader': 'Leader',
  'network.graph.leaderWhat': 'Über dessen Vertex die Runde festgeschrieben werden kann; dick, wo das geschah',
  'network.graph.anchor': 'Leader, festgeschrieben',
  'network.graph.twin': 'Doppelt signiert',
  'network.graph.twinWhat': 'Sein Autor hat noch einen Vertex derselben Runde signiert',
  'network.graph.none': 'Noch kein Vertex',
  'network.graph.noneText':
    'Die Validatoren machen in jeder Runde einen Vertex. Hier erscheinen sie, sobald sie kommen.',
  'network.graph.said':
    '{name}, Runde {round, number}: {state}. {support}. {transactions, plural, =0 {Keine Transaktionen} one {# Transaktion} other {# Transaktionen}}',
  'network.graph.inspect': 'Runde {round, number} von {name} ansehen',
  'network.graph.column.round': 'Runde',
  'network.graph.column.author': 'Validator',
  'network.graph.column.state': 'Zustand',
  'network.graph.column.support': 'Genannt von',
  'network.graph.column.transactions': 'Transaktionen',
  'network.graph.column.time': 'Gemacht um',
  'network.graph.column.inspect': 'Ansehen',

  'network.support.none': 'Noch von niemandem genannt',
  'network.support.noneAlone': 'Noch nichts folgt darauf',
  'network.support.alone': 'Der nächste Vertex des einzigen Validators folgt darauf',
  'network.support.some':
    '{supporters, number} von {validators, plural, one {# Validator} other {# Validatoren}}, {share} des Einsatzes',

  'network.vertex': 'Vertex',
  'network.vertex.title': '{name}, Runde {round, number}',
  'network.vertex.stored': 'Gespeichert',
  'network.vertex.storedWhat': 'Er ist da, und seine Signatur stimmt. Noch nennt ihn kein anderer Vertex.',
  'network.vertex.voting': 'In Abstimmung',
  'network.vertex.votingWhat': 'Vertices von Validatoren mit bis zu einem Drittel des Einsatzes nennen ihn.',
  'network.vertex.confirming': 'Wird bestätigt',
  'network.vertex.confirmingWhat': 'Validatoren mit mehr als einem Drittel des Einsatzes nennen ihn.',
  'network.vertex.confirmed': 'Bestätigt',
  'network.vertex.confirmedWhat':
    'Validatoren mit mehr als zwei Dritteln des Einsatzes nennen ihn. Der Commit eines Leaders wird ihn einreihen.',
  'network.vertex.committed': 'Festgeschrieben',
  'network.vertex.committedWhat':
    'Der Commit eines Leaders hat ihn eingereiht: Was er enthält, ist in dieser Reihenfolge endgültig ausgeführt.',
  'network.vertex.skipped': 'Übergangen',
  'network.vertex.skippedWhat':
    'Der Leader seiner Runde wurde übergangen, oder er kam zu spät. Ein späterer Commit kann ihn noch aufnehmen; sonst werden seine Transaktionen neu vorgeschlagen.',
  'network.vertex.support': 'Genannt von',
  'network.vertex.time': 'Gemacht um',
  'network.vertex.commit': 'Commit',
  'network.vertex.hash': 'Hash',
  'network.vertex.copy': 'Hash des Vertex kopieren',
  'network.vertex.times': 'Zeiten hier',
  'network.vertex.transactions':
    '{count, plural, =0 {Keine Transaktionen} one {# Transaktion} other {# Transaktionen}}',
  'network.vertex.empty': 'Er enthält keine: Er nennt nur andere.',
  'network.vertex.contentsGone': 'Dieser Knoten hat den Inhalt nicht zur Hand.',
  'network.vertex.openTransaction': 'Transaktion {id} öffnen',
  'network.vertex.more': '{count, plural, one {und {number} weitere} other {und {number} weitere}}',
  'network.vertex.parents': '{count, plural, one {Nennt # Vertex} other {Nennt # Vertices}}',
  'network.vertex.parent': '{name}, Runde {round}',
  'network.vertex.parentGone': '{id}…, nicht mehr gezeigt',
  'network.vertex.weak': 'spät',
  'network.vertex.allParents': '{count, plural, one {# weiteren zeigen} other {# weitere zeigen}}',

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
