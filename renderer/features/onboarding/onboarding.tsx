import { useEffect, useState } from 'react'
import { Logo } from '../../app/logo.tsx'
import { NetworkChip } from '../../app/network-chip.tsx'
import { useT } from '../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../rpc/index.ts'
import { StepTrail } from '../secrets/step-trail.tsx'
import { networkKind } from '../session/selectors.ts'
import { useSessionStore } from '../session/store.ts'
import { DoneStep } from './done-step.tsx'
import { type OnboardingStep, type Start, useOnboardingStore } from './flow.ts'
import { NameStep } from './name-step.tsx'
import { NetworkStep } from './network-step.tsx'
import './onboarding.css'
import { RestoredStep } from './restored-step.tsx'
import { SecretStep } from './secret-step.tsx'
import { runSecretStart } from './start-secret.ts'
import { StartStep } from './start-step.tsx'
import { useRecovery } from './use-recovery.ts'
import { WatchStep } from './watch-step.tsx'
import { WelcomeStep } from './welcome-step.tsx'

const trail: Readonly<Record<OnboardingStep['kind'], number | undefined>> = {
  welcome: undefined,
  network: 0,
  start: 1,
  secret: 1,
  watch: 1,
  name: 2,
  done: 3,
}

/** Steps at which nothing has been made yet: a vault that is there all the same was made elsewhere. */
const beforeVault: ReadonlySet<OnboardingStep['kind']> = new Set(['welcome', 'network', 'start', 'watch'])

/** The first start, from the welcome to a wallet with an account. Passwords and words are not typed here: see SecretForm. */
export function Onboarding() {
  const t = useT()
  const { step, finish } = useOnboardingStore()
  const node = useSessionStore((state) => state.node)
  const hasVault = useSessionStore(({ vault }) => vault?.exists === true)
  useEffect(() => {
    document.title = `${t('onboarding.title')} – ${t('app.name')}`
  }, [t])
  useEffect(() => {
    if (hasVault && beforeVault.has(step.kind)) finish()
  }, [hasVault, step.kind, finish])
  const current = trail[step.kind]
  const steps = [t('onboarding.step.network'), t('onboarding.step.start'), t('onboarding.step.name')]
  return (
    <main className="onboarding" data-network={node === null ? undefined : networkKind(node.network)}>
      <header className="onboarding-head">
        <span className="onboarding-brand">
          <Logo size={24} />
          {t('app.name')}
        </span>
        {node !== null && <NetworkChip chainId={node.network} network={node.network} />}
      </header>
      <div className="onboarding-body">
        {current !== undefined && <StepTrail label={t('onboarding.progress')} steps={steps} current={current} />}
        <CurrentStep key={step.kind} step={step} />
      </div>
    </main>
  )
}

function CurrentStep({ step }: { readonly step: OnboardingStep }) {
  const { api, platform } = useSession()
  const { go, finish } = useOnboardingStore()
  const recovery = useRecovery()
  const isWatching = useSessionStore(({ watchedAccounts }) => (watchedAccounts ?? 0) > 0)
  const [failure, setFailure] = useState<Failure>()

  const start = async (chosen: Start) => {
    setFailure(undefined)
    if (chosen === 'watch') {
      go({ kind: 'watch' })
      return
    }
    go({ kind: 'secret', start: chosen })
    try {
      const outcome = await runSecretStart(chosen, {
        requestSecret: platform.requestSecret,
        vaultExists: async () => (await api.vault.status()).exists,
        notePhrase: (state) => recovery?.notePhrase(state),
        noteBackup: () => recovery?.noteBackup(),
        forget: () => recovery?.forget(),
      })
      if (outcome.kind === 'left') go({ kind: 'start' })
      else go({ kind: 'name', start: chosen, phraseConfirmed: outcome.phraseConfirmed })
    } catch (error) {
      setFailure(failureOf(error))
      go({ kind: 'start' })
    }
  }

  switch (step.kind) {
    case 'welcome':
      return <WelcomeStep onBegin={() => go({ kind: 'network' })} />
    case 'network':
      return <NetworkStep onDone={() => go({ kind: 'start' })} onBack={() => go({ kind: 'welcome' })} />
    case 'start':
      return (
        <StartStep
          failure={failure}
          onStart={(chosen) => void start(chosen)}
          onBack={isWatching ? finish : () => go({ kind: 'network' })}
        />
      )
    case 'secret':
      // Asked for again, the window that is open comes to the front.
      return <SecretStep onShow={() => void platform.requestSecret(step.start).catch(() => false)} />
    case 'watch':
      return (
        <WatchStep
          onWatched={(address) => go({ kind: 'done', start: 'watch', address })}
          onBack={() => go({ kind: 'start' })}
        />
      )
    case 'name':
      return step.start === 'create' ? (
        <NameStep
          phraseConfirmed={step.phraseConfirmed}
          onNamed={(address) => go({ kind: 'done', start: step.start, address })}
          onLater={finish}
        />
      ) : (
        <RestoredStep start={step.start} onDone={(address) => go({ kind: 'done', start: step.start, address })} />
      )
    case 'done':
      return <DoneStep start={step.start} address={step.address} onOpen={finish} />
  }
}
