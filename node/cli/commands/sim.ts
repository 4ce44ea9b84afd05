/** `qudag sim`: simulations that need no node. Each has its own file; this one is their group. */
import type { Command } from 'commander'
import type { Environment } from '../environment.ts'
import { addCampaignCommand } from './sim-campaign.ts'
import { addFuzzCommand } from './sim-fuzz.ts'
import { addModelCheckCommand } from './sim-model-check.ts'
import { addRunCommand } from './sim-run.ts'
import { addSamplingCommand } from './sim-sampling.ts'
import { addSortitionCommand } from './sim-sortition.ts'

export function addSimCommands(program: Command, environment: Environment): void {
  const sim = program.command('sim').description('simulate parts of the protocol, seeded; no node is needed')
  addRunCommand(sim, environment)
  addCampaignCommand(sim, environment)
  addFuzzCommand(sim, environment)
  addModelCheckCommand(sim, environment)
  addSamplingCommand(sim, environment)
  addSortitionCommand(sim, environment)
}
