/** For tests only: two options in memory, one of which a running node takes. */
import { NodeError } from '../../core/node-error.ts'
import type { NodeServices, SettingView } from '../../services/types.ts'

export function createFakeSettings(): NodeServices['settings'] {
  const inFile = new Map<string, string | number>()
  const items = (): SettingView[] => [
    {
      name: 'autoLockMinutes',
      description: 'Minutes.',
      kind: 'integer',
      least: 0,
      most: 1_440,
      value: inFile.get('autoLockMinutes') ?? 15,
      inFile: inFile.get('autoLockMinutes') ?? null,
      default: 15,
      source: inFile.has('autoLockMinutes') ? 'file' : 'default',
      live: true,
    },
    {
      name: 'logFormat',
      description: 'Format.',
      kind: 'choice',
      choices: ['text', 'json'],
      value: 'text',
      inFile: inFile.get('logFormat') ?? null,
      default: 'text',
      source: 'default',
      live: false,
    },
  ]
  return {
    list: async () => ({ file: '/d/config.json', items: items() }),
    async set(values) {
      for (const [name, value] of Object.entries(values)) {
        if (!items().some((item) => item.name === name)) throw new NodeError('SETTING_UNKNOWN', 'no such option')
        if (value === null) inFile.delete(name)
        else inFile.set(name, value)
      }
      return { items: items(), restartNeeded: 'logFormat' in values }
    },
  }
}
