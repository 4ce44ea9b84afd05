/** What the node keeps: its database, and the log of what was done. */

export interface AuditEntryView {
  readonly seq: number
  readonly atMs: number
  readonly action: string
  readonly details: Readonly<Record<string, string | number | boolean>>
  readonly hash: string
}

export interface AuditServices {
  /** Newest last. */
  show(query: { limit?: number | undefined }): Promise<{ entries: readonly AuditEntryView[] }>
  verify(): Promise<{ entries: number; ok: boolean; problem?: { line: number; file: string; reason: string } }>
}

export interface StorageServices {
  status(): Promise<{
    bytes: number
    schemaVersion: number
    commits: number
    transactions: number
    journalRecords: number
  }>
  /** Replays everything from the genesis and compares; slow, runs beside the node's work. */
  verify(): Promise<{
    ok: boolean
    commits: number
    transactions: number
    stateRoot: string
    problems: readonly string[]
  }>
}
