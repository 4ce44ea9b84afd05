import { KeyRound, RefreshCw, Signature } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { PinRequest } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { type Failure, failureOf, sendPins, useSession } from '../../rpc/index.ts'
import { Button, SecretField, Spinner } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { FormFrame } from '../secrets/form-frame.tsx'
import { takeBytes } from '../secrets/secret-text.ts'
import { TokenFacts, TriesNote } from './tries-note.tsx'
import { useEndOfRequest } from './use-end-of-request.ts'
import { WaitingSignature } from './waiting-signature.tsx'
import './hardware-keys.css'

/** After these the same PIN window can be of no more use: the token takes no PIN, or the request is over. */
const finalCodes: ReadonlySet<string> = new Set(['HSM_PIN_LOCKED', 'HSM_PIN_EXPIRED', 'HSM_NOT_PAIRED'])

export interface PinFormProps {
  /** Id of the key. */
  readonly pairing: string
  onDone(done: boolean): void
}

/** Unlocks a token, or gives the PIN that a signature waits for. Each PIN is tried once; another try is the person's own. */
export function PinForm({ pairing, onDone }: PinFormProps) {
  const t = useT()
  const { api, platform } = useSession()
  const input = useRef<HTMLInputElement>(null)
  const [request, setRequest] = useState<PinRequest | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  const [isPending, setPending] = useState(true)
  const [isMissing, setMissing] = useState(false)
  useEndOfRequest(pairing, request?.pin?.purpose, isPending, () => onDone(false))

  /** What waits and how the token stands, and a ticket for one PIN. A token with a keypad is waited for in here. */
  const ask = useCallback(async (): Promise<void> => {
    setPending(true)
    try {
      const answer = await api.hsm.unlock({ pairing })
      if (answer.pin === null) return onDone(true)
      setRequest(answer)
    } catch (error) {
      setFailure(failureOf(error))
    }
    setPending(false)
  }, [api, pairing, onDone])
  // Once: each asking has its own ticket.
  const hasAsked = useRef(false)
  useEffect(() => {
    if (hasAsked.current) return
    hasAsked.current = true
    void ask()
  }, [ask])

  const submit = async (): Promise<void> => {
    const field = input.current
    if (isPending || platform.tokens === null || (failure !== undefined && finalCodes.has(failure.code))) return
    setFailure(undefined)
    if (request?.pin === undefined || request.pin === null) return ask()
    if (field === null || field.value === '') {
      setMissing(true)
      field?.focus()
      return
    }
    const pin = takeBytes(field)
    setPending(true)
    try {
      await sendPins(platform.tokens, request.pin, [pin])
      onDone(true)
    } catch (error) {
      const refused = failureOf(error)
      const { purpose } = request.pin
      setRequest(undefined)
      setFailure(refused)
      setPending(false)
      // A signature whose PIN was wrong is over. Of a login the token says anew how it stands before the next PIN is typed.
      if (purpose === 'login' && !finalCodes.has(refused.code)) {
        await ask()
        input.current?.focus()
      }
    }
  }

  const isSigning = request?.pin !== undefined && request.pin !== null && request.pin.purpose !== 'login'
  const isOver = failure !== undefined && (finalCodes.has(failure.code) || (request === undefined && !isPending))
  return (
    <FormFrame
      onSubmit={submit}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(false)}>
            {isOver ? t('hsm.close') : t('secrets.cancel')}
          </Button>
          {isOver && failure?.code === 'HSM_TOKEN_ABSENT' && (
            <Button type="submit" variant="primary" icon={RefreshCw}>
              {t('hsm.lookAgain')}
            </Button>
          )}
          {request !== undefined && !isOver && (
            <Button type="submit" variant="primary" icon={isSigning ? Signature : KeyRound} isPending={isPending}>
              {isSigning ? t('hsm.pin.sign') : t('hsm.pin.unlock')}
            </Button>
          )}
        </>
      }
    >
      {request === undefined && isPending && (
        <div className="stack">
          <Spinner label={t('hsm.pin.asking')} />
          <p className="muted small">{t('hsm.pin.keypad')}</p>
        </div>
      )}
      {request !== undefined && (
        <>
          {request.pin !== null && <WaitingSignature pin={request.pin} />}
          <TokenFacts token={request.token} />
          <TriesNote tries={request.token.tries} />
          <SecretField
            ref={input}
            label={t('hsm.pin')}
            description={t('hsm.pin.once')}
            error={isMissing ? t('hsm.pin.missing') : undefined}
            autoFocus
            onInput={() => {
              setMissing(false)
              setFailure(undefined)
            }}
          />
        </>
      )}
      <FailureBanner failure={failure} />
    </FormFrame>
  )
}
