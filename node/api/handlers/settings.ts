/** settings.*: the node's options, for a form. */
import type { NodeServices, SettingView } from '../../services/types.ts'
import type { Setting } from '../contract/index.ts'
import type { Guarded } from './guard.ts'

export function settingsHandlers(os: Guarded['settings'], settings: NodeServices['settings']) {
  return {
    list: os.list.handler(async () => {
      const { file, items } = await settings.list()
      return { file, items: items.map(settingShape) }
    }),
    set: os.set.handler(async ({ input }) => {
      const { items, restartNeeded } = await settings.set(input.values)
      return { items: items.map(settingShape), restartNeeded }
    }),
  }
}

function settingShape({ choices, ...view }: SettingView): Setting {
  return { ...view, ...(choices === undefined ? {} : { choices: [...choices] }) }
}
