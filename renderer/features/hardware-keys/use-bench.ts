import { useCallback, useEffect, useRef, useState } from 'react'
import type { OpenModule, TokenInReader } from '../../../node/api/contract/index.ts'
import { type Failure, type NodeClient, type PinPlace, sendPins, useSession } from '../../rpc/index.ts'
import { useSubmission } from '../secrets/use-submission.ts'

export type BenchInput = Parameters<NodeClient['hsm']['open']>[0]

/** A module that is open for work on its tokens, for as long as the form that opened it is there. */
export interface Bench {
  readonly opened: OpenModule | undefined
  readonly isPending: boolean
  readonly failure: Failure | undefined
  open(input: BenchInput): Promise<void>
  /** Runs what can fail, one at a time. True where it went well. */
  run(work: () => Promise<void>): Promise<boolean>
  /** Gives the token its PINs, which are overwritten, and tries them once. Nothing is sent where it asks for none here. */
  givePins(token: TokenInReader, purpose: 'login' | 'change', pins: readonly Uint8Array[]): Promise<void>
  /** A key wants its PIN for a signature that waits: once more, after the login. */
  readonly isPinWanted: boolean
  /** Gives that signature its PIN, which is overwritten. What comes of it the work under way tells. */
  giveWanted(pin: Uint8Array): Promise<void>
  clear(): void
}

export function useBench(): Bench {
  const { api, platform, follow } = useSession()
  const [opened, setOpened] = useState<OpenModule | undefined>()
  const { isPending, failure, run, clear } = useSubmission()
  const session = useRef<string | undefined>(undefined)
  const [wanted, setWanted] = useState<PinPlace | undefined>()
  /** The token that is worked on, and the last ticket that has had its PIN. */
  const worked = useRef<Pick<TokenInReader, 'serial' | 'label'> | undefined>(undefined)
  const lastTicket = useRef('')

  const close = useCallback(() => {
    const before = session.current
    session.current = undefined
    if (before !== undefined) api.hsm.close({ session: before }).catch(() => undefined)
  }, [api])
  useEffect(() => close, [close])

  const open = useCallback(
    async (input: BenchInput): Promise<void> => {
      await run(async () => {
        close()
        setOpened(undefined)
        const answer = await api.hsm.open(input)
        session.current = answer.session
        setOpened(answer)
      })
    },
    [api, close, run],
  )

  const givePins = useCallback(
    async ({ serial, label }: TokenInReader, purpose: 'login' | 'change', pins: readonly Uint8Array[]) => {
      worked.current = { serial, label }
      try {
        const { tokens } = platform
        if (session.current === undefined || tokens === null) return
        const named = { session: session.current, token: { serial, label } }
        const { token, pin } = await api.hsm.expectPin({ ...named, purpose })
        setOpened((now) =>
          now === undefined
            ? now
            : { ...now, tokens: now.tokens.map((one) => (one.serial === serial && one.label === label ? token : one)) },
        )
        if (pin !== null) await sendPins(tokens, pin satisfies PinPlace, pins)
      } finally {
        for (const pin of pins) pin.fill(0)
      }
    },
    [api, platform],
  )

  useEffect(() => {
    if (!isPending) return setWanted(undefined)
    const look = async (): Promise<void> => {
      const [open, token] = [session.current, worked.current]
      if (open === undefined || token === undefined) return
      const { pin } = await api.hsm.expectPin({ session: open, token, purpose: 'use' })
      if (pin !== null && pin.ticket !== lastTicket.current) setWanted(pin)
    }
    const quietly = (): Promise<void> => look().catch(() => undefined)
    return follow({ snapshot: quietly, batch: () => void quietly() }, ['hardware-key.changed'])
  }, [api, follow, isPending])

  const giveWanted = useCallback(
    async (pin: Uint8Array): Promise<void> => {
      const { tokens } = platform
      if (wanted === undefined || tokens === null) return void pin.fill(0)
      lastTicket.current = wanted.ticket
      setWanted(undefined)
      await sendPins(tokens, wanted, [pin]).catch(() => undefined)
    },
    [platform, wanted],
  )

  return { opened, isPending, failure, open, run, givePins, isPinWanted: wanted !== undefined, giveWanted, clear }
}
