import type { TokenInReader } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Banner, Facts } from '../../ui/index.ts'

/** Which token it is, and how it stands with its PIN: before anybody types one. */
export function TokenFacts({ token }: { readonly token: Pick<TokenInReader, 'label' | 'serial' | 'tries'> }) {
  const t = useT()
  return (
    <Facts
      items={[
        { label: t('hsm.token'), value: <bdi>{token.label}</bdi> },
        { label: t('hsm.serial'), value: <span className="num">{token.serial}</span> },
        { label: t('hsm.tries'), value: t(`hsm.tries.${token.tries}`) },
      ]}
    />
  )
}

/** Where a wrong PIN would cost more than a try. */
export function TriesNote({ tries }: Pick<TokenInReader, 'tries'>) {
  const t = useT()
  if (tries === 'last') {
    return (
      <Banner tone="bad" title={t('hsm.lastTry')}>
        {t('hsm.lastTry.text')}
      </Banner>
    )
  }
  return tries === 'few' ? <Banner tone="warn">{t('hsm.fewTries')}</Banner> : null
}
