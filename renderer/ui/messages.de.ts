import type { Translation } from '../i18n/translation.ts'
import type { messages as english } from './messages.en.ts'

export const messages: Translation<typeof english> = {
  'ui.unit': 'rUv',
  'ui.close': 'Schließen',
  'ui.cancel': 'Abbrechen',
  'ui.dismiss': 'Ausblenden',
  'ui.copied': 'Kopiert',
  'ui.copyFailed': 'Kopieren ging nicht',
  'ui.toasts': 'Hinweise',
  'ui.address.copy': 'Adresse kopieren',
  'ui.comboBox.open': 'Vorschläge zeigen',
  'ui.secret.show': 'Eingabe zeigen',
  'ui.secret.hide': 'Eingabe verbergen',
  'ui.secret.capsLock': 'Die Feststelltaste ist an.',
  'ui.step.done': 'erledigt',
  'ui.step.current': 'läuft',
  'ui.step.upcoming': 'kommt noch',
  'ui.step.failed': 'gescheitert',
  'ui.step.skipped': 'ausgelassen',
}
