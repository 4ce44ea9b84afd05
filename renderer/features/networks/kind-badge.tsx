import { FlaskConical, Globe, Hammer, type LucideIcon } from 'lucide-react'
import type { KnownNetwork } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { Badge, type Tone } from '../../ui/index.ts'

const looks: Readonly<Record<KnownNetwork['kind'], { readonly icon: LucideIcon; readonly tone: Tone }>> = {
  main: { icon: Globe, tone: 'neutral' },
  test: { icon: FlaskConical, tone: 'warn' },
  development: { icon: Hammer, tone: 'warn' },
}

/** What a network is, by its genesis and not by the name that somebody gave it: whether its money is worth anything. */
export function KindBadge({ kind }: { readonly kind: KnownNetwork['kind'] }) {
  const t = useT()
  const { icon, tone } = looks[kind]
  return (
    <Badge tone={tone} icon={icon}>
      {t(`networks.kind.${kind}`)}
    </Badge>
  )
}
