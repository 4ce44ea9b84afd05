import { useRef, useState } from 'react'
import { addressFacts, contractLimits } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, TextField } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import { StepFrame } from './step-frame.tsx'

export interface WatchStepProps {
  readonly onWatched: (address: string) => void
  readonly onBack: () => void
}

export function WatchStep({ onWatched, onBack }: WatchStepProps) {
  const t = useT()
  const { api } = useSession()
  const network = useSessionStore(({ node }) => node?.network)
  const [address, setAddress] = useState('')
  const [name, setName] = useState('')
  const [isAsked, setAsked] = useState(false)
  const { isPending, failure, run } = useSubmission()
  const [idempotencyKey, setIdempotencyKey] = useState(() => crypto.randomUUID())
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)

  const fault = faultOf(address, network)
  const submit = async () => {
    setAsked(true)
    if (fault !== undefined) {
      input.current?.focus()
      return
    }
    const label = name.trim()
    await run(async () => {
      const watched = await api.accounts.create({
        address: address.trim().toLowerCase(),
        ...(label === '' ? {} : { label }),
        idempotencyKey,
      })
      onWatched(watched.address)
    })
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <StepFrame
        title={t('onboarding.watch.title')}
        text={t('onboarding.watch.text')}
        onBack={onBack}
        actions={
          <Button type="submit" variant="primary" size="large" isPending={isPending}>
            {t('onboarding.watch.submit')}
          </Button>
        }
      >
        <TextField
          label={t('onboarding.watch.address')}
          mono
          multiline
          rows={2}
          autoFocus
          inputRef={input}
          value={address}
          maxLength={contractLimits.maxAccountCharacters}
          onChange={(text) => {
            // Pasted from a mail, an address has line ends in it.
            setAddress(text.replace(/\s/g, ''))
            setIdempotencyKey(crypto.randomUUID())
            setAsked(false)
          }}
          onBlur={() => setAsked(address !== '')}
          error={isAsked && fault !== undefined ? t(`onboarding.watch.address.${fault}`) : undefined}
        />
        <TextField
          label={t('onboarding.watch.name')}
          value={name}
          maxLength={contractLimits.maxLabelCharacters}
          onChange={(text) => {
            setName(text)
            setIdempotencyKey(crypto.randomUUID())
          }}
        />
        <FailureBanner failure={failure} />
      </StepFrame>
    </form>
  )
}

function faultOf(address: string, network: string | undefined): 'missing' | 'checksum' | 'network' | undefined {
  if (address === '') return 'missing'
  const facts = addressFacts(address)
  if (!facts.ok) return 'checksum'
  return network !== undefined && facts.value.network !== networkKind(network) ? 'network' : undefined
}
