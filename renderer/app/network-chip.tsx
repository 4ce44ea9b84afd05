import { FlaskConical, Globe, Hammer, type LucideIcon } from 'lucide-react'
import { type NetworkKind, networkKind } from '../features/session/selectors.ts'
import { type MessageKey, useT } from '../i18n/index.ts'

const looks: Readonly<Record<NetworkKind, { icon: LucideIcon; text: MessageKey }>> = {
  main: { icon: Globe, text: 'app.network.main' },
  test: { icon: FlaskConical, text: 'app.network.test' },
  dev: { icon: Hammer, text: 'app.network.dev' },
}

export interface NetworkChipProps {
  /** Its name: `qudag-dev-1`. */
  readonly network: string
  /** Told to a hovering pointer beside what the network is. */
  readonly chainId?: string
}

/** Which network this is; those whose money is worth nothing say so. */
export function NetworkChip({ network, chainId }: NetworkChipProps) {
  const t = useT()
  const kind = networkKind(network)
  const { icon: Icon, text } = looks[kind]
  return (
    <span className="network-chip" data-kind={kind} title={chainId === undefined ? t(text) : `${t(text)} ${chainId}`}>
      <Icon size={13} aria-hidden />
      <span>{network}</span>
      {kind !== 'main' && <span className="network-chip-note">{t('app.network.testMoney')}</span>}
    </span>
  )
}
