/** docs/error-codes.md, made from the contract's table of codes. */
import { errorTable } from '../node/api/contract/index.ts'
import { exitCodes } from '../node/cli/exit-codes.ts'

export function errorCodesPage(): string {
  const rows = Object.entries(errorTable)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { status, kind, meaning }]) => `| \`${code}\` | ${status} | ${exitCodes[kind]} | ${meaning} |`)
  return [
    '# Error codes',
    '',
    'Every code a caller can meet, whatever the door: in a problem document over HTTP, as a declared error over WebSocket, MessagePort and',
    'the local socket, and in `{"error": {"code", "message", "hint"}}` of the command line. Codes are stable, texts are not. Who pays for',
    'which refusal of the ledger: [errors.md](errors.md). This page is made by `node scripts/generate-docs.ts`.',
    '',
    '| code | HTTP status | exit code | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
