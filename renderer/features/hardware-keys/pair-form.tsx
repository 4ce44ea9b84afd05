import { FolderOpen, Link2, Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { contractLimits, type HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Banner, Button, RadioGroup, Select, TextField } from '../../ui/index.ts'
import { Disclosure } from '../secrets/disclosure.tsx'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { FormFrame } from '../secrets/form-frame.tsx'
import { takeBytes } from '../secrets/secret-text.ts'
import { BenchSubmit, giveWantedPin, TokenPin } from './bench-pin.tsx'
import { knownModules } from './known-modules.ts'
import { ModuleFacts } from './module-facts.tsx'
import { TokenFacts, TriesNote } from './tries-note.tsx'
import { useBench } from './use-bench.ts'
import './hardware-keys.css'

const other = 'other'

/** A library, a token behind it, a key there: remembered once a signature by it has been verified. */
export function PairForm({ onDone }: { readonly onDone: (done: boolean) => void }) {
  const bench = useBench()
  return bench.opened === undefined ? (
    <ModuleStep bench={bench} onDone={onDone} />
  ) : (
    <KeyStep bench={bench} onDone={onDone} />
  )
}

interface StepProps {
  readonly bench: ReturnType<typeof useBench>
  readonly onDone: (done: boolean) => void
}

function ModuleStep({ bench, onDone }: StepProps) {
  const t = useT()
  const { platform } = useSession()
  const known = knownModules(navigator.userAgent)
  const [choice, setChoice] = useState<string>(other)
  const [path, setPath] = useState('')
  const [initString, setInitString] = useState('')
  const [libraryPath, setLibraryPath] = useState('')
  const [isMissing, setMissing] = useState(false)
  const look = (): void => {
    const module = path.trim()
    if (module === '') return setMissing(true)
    void bench.open({
      module,
      ...(initString.trim() === '' ? {} : { initString: initString.trim() }),
      ...(libraryPath.trim() === '' ? {} : { libraryPath: libraryPath.trim() }),
    })
  }
  const choose = async (): Promise<void> => {
    const chosen = await platform.tokens?.chooseModule().catch(() => null)
    if (typeof chosen !== 'string') return
    setPath(chosen)
    setChoice(other)
    setMissing(false)
  }
  return (
    <FormFrame
      onSubmit={look}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(false)}>
            {t('secrets.cancel')}
          </Button>
          <Button type="submit" variant="primary" icon={Search} isPending={bench.isPending}>
            {t('hsm.pair.look')}
          </Button>
        </>
      }
    >
      <p>{t('hsm.pair.intro')}</p>
      <Banner tone="warn">{t('hsm.pair.trust')}</Banner>
      <Select
        label={t('hsm.pair.known')}
        items={[
          ...known.map(({ name, path: at }) => ({ id: at, label: name, description: at })),
          { id: other, label: t('hsm.pair.other') },
        ]}
        value={choice}
        onChange={(at) => {
          setChoice(at)
          if (at !== other) setPath(at)
          setMissing(false)
        }}
      />
      <div className="hsm-path">
        <TextField
          label={t('hsm.pair.path')}
          value={path}
          onChange={(typed) => {
            setPath(typed)
            setMissing(false)
          }}
          maxLength={contractLimits.maxPathCharacters}
          error={isMissing ? t('hsm.pair.pathMissing') : undefined}
        />
        <Button icon={FolderOpen} onPress={() => void choose()}>
          {t('hsm.pair.choose')}
        </Button>
      </div>
      <Disclosure label={t('hsm.pair.more')}>
        <TextField
          label={t('hsm.pair.libraryPath')}
          description={t('hsm.pair.libraryPath.text')}
          value={libraryPath}
          onChange={setLibraryPath}
          maxLength={contractLimits.maxPathCharacters}
        />
        <TextField
          label={t('hsm.pair.initString')}
          description={t('hsm.pair.initString.text')}
          value={initString}
          onChange={setInitString}
          maxLength={contractLimits.maxPathCharacters}
        />
      </Disclosure>
      <FailureBanner failure={bench.failure} />
    </FormFrame>
  )
}

type Origin = 'generate' | 'existing'

function KeyStep({ bench, onDone }: StepProps) {
  const t = useT()
  const { api } = useSession()
  const input = useRef<HTMLInputElement>(null)
  const { opened } = bench
  const ready = (opened?.tokens ?? []).filter(({ userPinSet, protectedPath }) => userPinSet || protectedPath)
  const [chosen, setChosen] = useState(0)
  const [use, setUse] = useState<HardwareKey['use']>('signs')
  const [origin, setOrigin] = useState<Origin>('generate')
  const [label, setLabel] = useState('')
  const token = ready[chosen]
  if (opened === undefined) return null

  const pair = async (): Promise<void> => {
    if (bench.isPinWanted) return giveWantedPin(bench, input.current)
    if (token === undefined || bench.isPending) return
    const { serial, label: tokenLabel } = token
    const named = { session: opened.session, token: { serial, label: tokenLabel } }
    const pin = input.current === null ? [] : [takeBytes(input.current)]
    const isPaired = await bench.run(async () => {
      await bench.givePins(token, 'login', pin)
      await api.hsm.pair({
        ...named,
        use,
        generate: origin === 'generate',
        label: label.trim() || t('hsm.pair.name.default'),
      })
    })
    if (isPaired) onDone(true)
  }
  return (
    <FormFrame
      onSubmit={() => void pair()}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(false)}>
            {t('secrets.cancel')}
          </Button>
          {token !== undefined && (
            <BenchSubmit
              bench={bench}
              icon={Link2}
              words={{ submit: t('hsm.pair.submit'), pending: t('hsm.pair.pending') }}
            />
          )}
        </>
      }
    >
      <ModuleFacts opened={opened} />
      {token === undefined && (
        <Banner tone="warn" title={t('hsm.noToken')}>
          {opened.tokens.length === 0 ? t('hsm.noToken.text') : t('hsm.pair.notReady')}
        </Banner>
      )}
      {ready.length > 1 && (
        <Select
          label={t('hsm.pair.whichToken')}
          items={ready.map(({ label: name, serial }, index) => ({
            id: String(index),
            label: name,
            description: serial,
          }))}
          value={String(chosen)}
          onChange={(index) => setChosen(Number(index))}
        />
      )}
      {token !== undefined && (
        <>
          <TokenFacts token={token} />
          <TriesNote tries={token.tries} />
          <RadioGroup<HardwareKey['use']>
            label={t('hsm.pair.use')}
            layout="cards"
            items={[
              { id: 'signs', label: t('hsm.use.signs'), description: t('hsm.pair.signs.text') },
              { id: 'co-signs', label: t('hsm.use.co-signs'), description: t('hsm.pair.co-signs.text') },
              { id: 'seals', label: t('hsm.use.seals'), description: t('hsm.pair.seals.text') },
            ]}
            value={use}
            onChange={setUse}
          />
          <RadioGroup<Origin>
            label={t('hsm.pair.key')}
            items={[
              { id: 'generate', label: t('hsm.pair.generate'), description: t('hsm.pair.generate.text') },
              { id: 'existing', label: t('hsm.pair.existing') },
            ]}
            value={origin}
            onChange={setOrigin}
          />
          <TextField
            label={t('hsm.pair.name')}
            value={label}
            onChange={setLabel}
            maxLength={contractLimits.maxPairingLabelCharacters}
            placeholder={t('hsm.pair.name.default')}
          />
          <TokenPin ref={input} token={token} isWanted={bench.isPinWanted} />
        </>
      )}
      <FailureBanner failure={bench.failure} />
    </FormFrame>
  )
}
