import { KeyRound } from 'lucide-react'
import { useRef, useState } from 'react'
import { useT } from '../../i18n/index.ts'
import { Banner, Button, SecretField } from '../../ui/index.ts'
import { FormFrame } from '../secrets/form-frame.tsx'
import { saySame, takeBytes } from '../secrets/secret-text.ts'
import { BenchToken } from './bench-token.tsx'
import { useBench } from './use-bench.ts'
import './hardware-keys.css'

type Fault = 'missing' | 'length' | 'different' | undefined

/** Another PIN for a token: the one that holds, and the new one twice. */
export function ChangePinForm({
  pairing,
  onDone,
}: {
  readonly pairing: string
  readonly onDone: (done: boolean) => void
}) {
  const t = useT()
  const bench = useBench()
  const before = useRef<HTMLInputElement>(null)
  const after = useRef<HTMLInputElement>(null)
  const again = useRef<HTMLInputElement>(null)
  const [fault, setFault] = useState<Fault>()
  const token = bench.opened?.tokens[0]

  const change = async (): Promise<void> => {
    const [old, next, repeated] = [before.current, after.current, again.current]
    if (token === undefined || bench.isPending || old === null || next === null || repeated === null) return
    const length = new TextEncoder().encode(next.value).length
    if (old.value === '') return setFault('missing')
    if (length < token.minPinBytes || length > token.maxPinBytes || length === 0) return setFault('length')
    if (!saySame(next, repeated)) return setFault('different')
    repeated.value = ''
    const pins = [takeBytes(old), takeBytes(next)]
    if (await bench.run(() => bench.givePins(token, 'change', pins))) onDone(true)
  }
  const clear = (): void => {
    setFault(undefined)
    bench.clear()
  }
  return (
    <FormFrame
      onSubmit={() => void change()}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(false)}>
            {t('secrets.cancel')}
          </Button>
          {token !== undefined && !token.protectedPath && (
            <Button type="submit" variant="primary" icon={KeyRound} isPending={bench.isPending}>
              {t('hsm.changePin')}
            </Button>
          )}
        </>
      }
    >
      <BenchToken bench={bench} pairing={pairing}>
        {({ protectedPath, minPinBytes, maxPinBytes }) =>
          protectedPath ? (
            <Banner tone="info">{t('hsm.changePin.onToken')}</Banner>
          ) : (
            <>
              <SecretField
                ref={before}
                label={t('hsm.changePin.before')}
                description={t('hsm.pin.once')}
                error={fault === 'missing' ? t('hsm.pin.missing') : undefined}
                autoFocus
                onInput={clear}
              />
              <SecretField
                ref={after}
                label={t('hsm.changePin.after')}
                description={t('hsm.changePin.length', { min: minPinBytes, max: maxPinBytes })}
                error={
                  fault === 'length' ? t('hsm.changePin.length', { min: minPinBytes, max: maxPinBytes }) : undefined
                }
                onInput={clear}
              />
              <SecretField
                ref={again}
                label={t('hsm.changePin.again')}
                error={fault === 'different' ? t('hsm.changePin.different') : undefined}
                onInput={clear}
              />
            </>
          )
        }
      </BenchToken>
    </FormFrame>
  )
}
