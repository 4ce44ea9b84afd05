import type { Translation } from '../../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

/** German texts of choosing a network. */
export const messages: Translation<typeof english> = {
  'networks.kind.development': 'Entwicklung: Geld ohne Wert',
  'networks.kind.test': 'Test: Geld ohne Wert',
  'networks.kind.main': 'Echtes Geld',
  'networks.join': 'Einem Netz beitreten',
  'networks.join.text':
    'Ein Netz beginnt mit seiner Genesis: einer Datei, die sagt, wer die ersten Validatoren sind. Wer das Netz betreibt, gibt Ihnen diese Datei oder einen Link, der sie nennt. Sie wird gezeigt, bevor etwas geschieht, und bekommt einen eigenen Datenordner, damit Wallets und Geld zweier Netze sich nie mischen.',
  'networks.join.file': 'Genesis-Datei wählen …',
  'networks.join.drop': 'oder hier ablegen',
  'networks.join.fromOutside': 'Ein Link hat dieses Formular ausgefüllt',
  'networks.join.fromOutsideText':
    'Gefragt wurde noch niemand. Wer sich das Netz ansieht, ruft die Adressen im Link; diese sehen dann die Adresse dieses Rechners.',
  'networks.join.link': 'Oder ein Link zum Netz',
  'networks.join.look': 'Ansehen',
  'networks.join.tooLong': 'Diese Datei ist länger als jede Genesis.',
  'networks.join.isCurrent': 'Dieser Knoten gehört bereits zu diesem Netz.',
  'networks.join.compare': 'Vergleichen Sie die Kettenkennung',
  'networks.join.compareText':
    'Namen lassen sich nachmachen, diese Kennung nicht. Fragen Sie den Betreiber des Netzes danach, auf einem anderen Weg als dem, auf dem die Datei kam.',
  'networks.join.submit': 'Beitreten',
  'networks.join.submitStart': 'Beitreten und wechseln',
  'networks.join.ready': 'Sein Datenordner ist bereit',
  'networks.join.readyText':
    'Diese Seite gehört zu dem Knoten, der läuft. Starten Sie einen anderen auf diesem Ordner:',
  'networks.command.copy': 'Befehl kopieren',
  'networks.offer': 'Das Netz',
  'networks.offer.name': 'Name',
  'networks.offer.chain': 'Kettenkennung',
  'networks.offer.validators': 'Erste Validatoren',
  'networks.offer.startedAt': 'Begann',
  'networks.offer.supply': 'Geld zu Beginn',
  'networks.offer.ruv': '{amount} rUv',
  'networks.offer.peers': 'Erste Adressen',
  'networks.offer.dataDir': 'Datenordner',
  'networks.change.failed': 'Der Knoten ist auf diesem Netz nicht gestartet. Er läuft wieder auf dem vorigen.',
  'networks.change.attached': 'Der Knoten bleibt, wo er ist',
  'networks.change.attachedText':
    'Das Programm spricht mit einem Knoten, den ein anderes gestartet hat. Beenden Sie den, und starten Sie dieses Programm neu.',
  'networks.known': 'Netze auf diesem Rechner',
  'networks.known.text':
    'Jedes hat einen eigenen Datenordner mit eigener Wallet. In diesem Programm läuft eines davon zur Zeit.',
  'networks.known.running': 'Läuft',
  'networks.known.goOver': 'Wechseln',
  'networks.known.goOverTo': 'Zu {name} wechseln',
  'networks.known.starting': 'Startet …',
}
