import { FlaskConical, Globe, Hammer, type LucideIcon } from 'lucide-react'
import { type NetworkKind, networkKind } from '../features/session/selectors.ts'
import { type MessageKey, useT } from '../i18n/index.ts'

const looks: Readonly<Record<NetworkKind, { icon: LucideIcon; text: MessageKey }>> = {
  main: { icon: Globe, text: 'app.network.main' },
  test: { icon: FlaskConical, text: 'app.network.test' },
  dev: { icon: Hammer, text: 'app.network.dev' },
}

/** Which network this is; those whose money is worth nothing say so. */
export function NetworkChip({ chainId, network }: { readonly chainId: string; readonly network: string }) {
  const t = useT()
  const kind = networkKind(network)
  const { icon: Icon, text } = looks[kind]
  return (
    <span className="network-chip" data-kind={kind} title={t(text)}>
      <Icon size={13} aria-hidden />
      <span>{chainId}</span>
      {kind !== 'main' && <span className="network-chip-note">{t('app.network.testMoney')}</span>}
    </span>
  )
}
