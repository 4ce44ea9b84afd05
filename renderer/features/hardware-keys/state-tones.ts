/** How the state of a key looks, beside its word. */
import type { HardwareKey } from '../../../node/api/contract/index.ts'
import type { Tone } from '../../ui/index.ts'

export const stateTones: Readonly<Record<HardwareKey['state'], Tone>> = {
  locked: 'neutral',
  unlocked: 'good',
  absent: 'warn',
  waiting: 'pending',
  'module-changed': 'bad',
  'module-missing': 'bad',
}
