/** Texts of the view of the network. */
export const messages = {
  'network.title': 'Network',
} as const
