/**
 * Payment links from outside: the system opened one, or it was pasted. A link fills in the send form and says that it did;
 * it chooses no account, unlocks nothing and sends nothing.
 */
import { navigate } from '../../app/routes.ts'
import { useSendStore } from './send/send-store.ts'

/**
 * Takes the text of a `qudag:` link, as the desktop's `payment-link` event brings it, to the send form. The form reads it,
 * and tells of a faulty one. While a payment is being reviewed or sent the link waits.
 */
export function openPaymentLink(text: string): void {
  useSendStore.setState({ waitingLink: text })
  navigate('wallet', ['send'])
}
