import { type ReactNode, useEffect, useRef } from 'react'
import type { TokenInReader } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Button, Spinner } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { ModuleFacts } from './module-facts.tsx'
import { TokenFacts, TriesNote } from './tries-note.tsx'
import type { Bench } from './use-bench.ts'

export interface BenchTokenProps {
  readonly bench: Bench
  /** Id of the key whose module is opened. */
  readonly pairing: string
  readonly children: (token: TokenInReader) => ReactNode
}

/** The token of a paired key: its module is opened once, and what is done with it stands below what it says of itself. */
export function BenchToken({ bench, pairing, children }: BenchTokenProps) {
  const t = useT()
  const { opened, isPending, failure, open } = bench
  const hasOpened = useRef(false)
  useEffect(() => {
    if (hasOpened.current) return
    hasOpened.current = true
    void open({ pairing })
  }, [open, pairing])
  const token = opened?.tokens[0]
  return (
    <>
      {opened === undefined && isPending && <Spinner label={t('hsm.opening')} />}
      {opened !== undefined && <ModuleFacts opened={opened} />}
      {opened !== undefined && token === undefined && (
        <Banner
          tone="warn"
          title={t('hsm.noToken')}
          actions={<Button onPress={() => void open({ pairing })}>{t('hsm.lookAgain')}</Button>}
        >
          {t('hsm.noToken.text')}
        </Banner>
      )}
      {token !== undefined && (
        <>
          <TokenFacts token={token} />
          <TriesNote tries={token.tries} />
          {children(token)}
        </>
      )}
      <FailureBanner failure={failure} />
    </>
  )
}
