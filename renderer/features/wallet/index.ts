/**
 * The wallet. `model/` is what it knows without a node: movements, look-alikes, drafts, the flow of a payment, exports.
 * `store/` is what the node said, kept in step by its events. The other folders are the places of the view.
 */
export { openPaymentLink } from './payment-link.ts'
export { WalletView } from './wallet-view.tsx'
