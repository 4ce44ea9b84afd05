/** Tokens of programs that ask: what each may do. */

/** What a token lets its bearer do. `submit`: hand in transactions signed elsewhere. `spend`: have the open vault sign. */
export type TokenScope = 'read' | 'submit' | 'spend'

/** Of a `spend` token; undefined is no limit. Amounts count what leaves the vault's accounts, fees included. */
export interface SpendLimits {
  readonly perTransactionMicroRuv?: bigint | undefined
  /** Within any 24 hours of the node's clock. */
  readonly perDayMicroRuv?: bigint | undefined
  /** Addresses that may be paid; undefined is any. */
  readonly recipients?: readonly string[] | undefined
}

export interface TokenView {
  readonly id: string
  readonly label: string
  readonly scopes: readonly TokenScope[]
  readonly limits: SpendLimits
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly spentTodayMicroRuv: bigint
}

export interface TokenServices {
  /** The token itself is shown here once and kept only as a hash. */
  create(input: {
    label: string
    scopes: readonly TokenScope[]
    limits?: SpendLimits | undefined
    expiresAtMs?: number | undefined
  }): Promise<{ readonly token: string; readonly view: TokenView }>
  list(): Promise<readonly TokenView[]>
  /** @throws NodeError TOKEN_UNKNOWN */
  revoke(id: string): Promise<void>
  /** Null for a token that is unknown, revoked or expired. */
  authenticate(token: string): Promise<{ readonly id: string; readonly scopes: readonly TokenScope[] } | null>
}
