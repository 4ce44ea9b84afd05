import type { NodeClient } from '../../api/client/index.ts'
import { CliError } from '../errors.ts'

/** The account that is meant where none is named. */
export async function onlyAccount(client: NodeClient, signal: AbortSignal): Promise<string> {
  const accounts = (await client.accounts.list(undefined, { signal })).filter(({ kind }) => kind === 'vault')
  const [first] = accounts
  if (first !== undefined && accounts.length === 1) return first.address
  throw new CliError(
    first === undefined ? 'ACCOUNT_UNKNOWN' : 'ACCOUNT_AMBIGUOUS',
    first === undefined ? 'The vault has no account.' : `The vault has ${accounts.length} accounts: name one.`,
    {
      hint: first === undefined ? 'Create one with: qudag account create' : 'See them with: qudag account list',
      kind: first === undefined ? 'failed' : 'usage',
    },
  )
}
