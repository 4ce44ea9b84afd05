import { type LucideIcon, Signature } from 'lucide-react'
import { type Ref, useEffect, useRef } from 'react'
import type { TokenInReader } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Button, SecretField } from '../../ui/index.ts'
import { takeBytes } from '../secrets/secret-text.ts'
import type { Bench } from './use-bench.ts'

export interface TokenPinProps {
  readonly ref: Ref<HTMLInputElement>
  readonly token: TokenInReader
  /** The key wants its PIN once more, for the signature that it is tried with. */
  readonly isWanted: boolean
}

/** Where the token asks for a PIN here; else where it is typed. */
export function TokenPin({ ref, token, isWanted }: TokenPinProps) {
  const t = useT()
  const wanted = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isWanted) wanted.current?.scrollIntoView({ block: 'nearest' })
  }, [isWanted])
  if (token.protectedPath) return <Banner tone="info">{t('hsm.pin.onToken')}</Banner>
  return (
    <div ref={wanted} className="stack">
      {isWanted && (
        <Banner tone="info" title={t('hsm.pin.eachTime')}>
          {t('hsm.pin.eachTime.text')}
        </Banner>
      )}
      <SecretField ref={ref} label={t('hsm.pin')} description={t('hsm.pin.once')} autoFocus />
    </div>
  )
}

export interface BenchSubmitProps {
  readonly bench: Bench
  readonly icon: LucideIcon
  readonly words: { readonly submit: string; readonly pending: string }
}

/** Begins the work on a token, or goes on with it where its key wants a PIN in between. */
export function BenchSubmit({ bench: { isPending, isPinWanted }, icon, words }: BenchSubmitProps) {
  const t = useT()
  if (isPinWanted) {
    return (
      <Button type="submit" variant="primary" icon={Signature}>
        {t('hsm.pin.sign')}
      </Button>
    )
  }
  return (
    <Button type="submit" variant="primary" icon={icon} isPending={isPending}>
      {isPending ? words.pending : words.submit}
    </Button>
  )
}

/** What was typed, for the signature that waits. Nothing typed is no PIN: it goes on waiting. */
export async function giveWantedPin(bench: Bench, field: HTMLInputElement | null): Promise<void> {
  if (field === null || field.value === '') return field?.focus()
  await bench.giveWanted(takeBytes(field))
}
