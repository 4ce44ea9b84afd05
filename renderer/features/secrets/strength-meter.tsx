import { useT } from '../../i18n/index.ts'
import type { Strength } from './strength.ts'
import './secrets.css'

/** Five bars, and in words how long the password would hold. */
export function StrengthMeter({ strength }: { readonly strength: Strength | undefined }) {
  const t = useT()
  const filled = strength === undefined ? 0 : strength.level + 1
  return (
    <div className="strength" data-level={strength?.level}>
      <div className="strength-bars" aria-hidden>
        {[1, 2, 3, 4, 5].map((bar) => (
          <span key={bar} data-filled={bar <= filled ? '' : undefined} />
        ))}
      </div>
      <p className="strength-words" role="status">
        {strength === undefined
          ? t('secrets.strength.none')
          : t('secrets.strength.time', {
              level: t(`secrets.strength.${strength.level}`),
              time: t(`secrets.strength.${strength.crackTime.unit}`, { count: strength.crackTime.count }),
            })}
      </p>
    </div>
  )
}
