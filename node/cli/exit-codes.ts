/** How the command line ends, for scripts. Stable. */
import type { FailureKind } from '../api/contract/index.ts'

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** Locked, or not authorised. */
  locked: 3,
  unreachable: 4,
  /** By the ledger. */
  rejected: 5,
  timeout: 6,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const satisfies Record<FailureKind | 'done' | 'interrupted', number>

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
