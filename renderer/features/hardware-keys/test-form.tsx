import { FlaskConical } from 'lucide-react'
import { useRef, useState } from 'react'
import type { SelfTestReport } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Banner, Button, CopyButton, StateChip, type Tone } from '../../ui/index.ts'
import { FormFrame } from '../secrets/form-frame.tsx'
import { takeBytes } from '../secrets/secret-text.ts'
import { BenchSubmit, giveWantedPin, TokenPin } from './bench-pin.tsx'
import { BenchToken } from './bench-token.tsx'
import { useBench } from './use-bench.ts'
import './hardware-keys.css'

export interface TestFormProps {
  readonly pairing: string
  onDone(done: boolean): void
}

/** The self-test of a token, and its report. */
export function TestForm({ pairing, onDone }: TestFormProps) {
  const t = useT()
  const { api, platform } = useSession()
  const bench = useBench()
  const input = useRef<HTMLInputElement>(null)
  const [report, setReport] = useState<SelfTestReport | undefined>()
  const token = bench.opened?.tokens[0]

  const test = async (): Promise<void> => {
    if (bench.isPinWanted) return giveWantedPin(bench, input.current)
    const session = bench.opened?.session
    if (token === undefined || session === undefined || bench.isPending) return
    const pin = input.current === null ? [] : [takeBytes(input.current)]
    await bench.run(async () => {
      await bench.givePins(token, 'login', pin)
      const { serial, label } = token
      setReport(await api.hsm.test({ session, token: { serial, label } }))
    })
  }
  return (
    <FormFrame
      onSubmit={() => void test()}
      actions={
        <>
          <Button variant="quiet" onPress={() => onDone(report !== undefined)}>
            {t('hsm.close')}
          </Button>
          {report !== undefined && (
            <CopyButton
              text={JSON.stringify(report, null, 2)}
              label={t('hsm.test.copy')}
              isWordy
              copy={platform.copy}
            />
          )}
          {token !== undefined && report === undefined && (
            <BenchSubmit
              bench={bench}
              icon={FlaskConical}
              words={{ submit: t('hsm.test.start'), pending: t('hsm.test.pending') }}
            />
          )}
        </>
      }
    >
      {report === undefined ? (
        <BenchToken bench={bench} pairing={pairing}>
          {(found) => <TokenPin ref={input} token={found} isWanted={bench.isPinWanted} />}
        </BenchToken>
      ) : (
        <Report report={report} />
      )}
    </FormFrame>
  )
}

const tones: Readonly<Record<SelfTestReport['checks'][number]['outcome'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  skipped: 'neutral',
  noted: 'warn',
}

function Report({ report: { verdict, checks } }: { readonly report: SelfTestReport }) {
  const t = useT()
  const isGood = verdict !== 'failed' && verdict !== 'unsuitable'
  return (
    <>
      <Banner tone={isGood ? 'good' : 'bad'} title={t(`hsm.verdict.${verdict}`)}>
        {isGood ? t('hsm.verdict.goodText') : t('hsm.verdict.badText')}
      </Banner>
      <ul className="hsm-checks" aria-label={t('hsm.test.checks')}>
        {checks.map(({ name, outcome, detail }) => (
          <li key={name}>
            <StateChip tone={tones[outcome]}>{t(`hsm.outcome.${outcome}`)}</StateChip>
            <div lang="en">
              <div>{name}</div>
              <div className="muted small">{detail}</div>
            </div>
          </li>
        ))}
      </ul>
    </>
  )
}
