/** Who looks on while the engine works: what people are shown of rounds, leaders and votes comes from here. */
import type { EngineEffect } from '../consensus/index.ts'

export interface ConsensusWatcher {
  /** Called with every effect, before it is carried out. */
  saw(effect: EngineEffect): void
}
