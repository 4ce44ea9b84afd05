/** Texts of the shell. */
export const messages = {
  'app.name': 'QuDAG Exchange',
} as const
