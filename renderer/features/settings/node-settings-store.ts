/** The node's options as last heard, and changing them. One copy for all parts of the settings. */
import { useCallback, useEffect } from 'react'
import { create } from 'zustand'
import type { Setting } from '../../../node/api/contract/index.ts'
import { type Failure, failureOf, useSession } from '../../rpc/index.ts'
import type { OptionValue } from './node-options.ts'

interface NodeSettingsState {
  readonly file: string | null
  readonly items: readonly Setting[] | null
  readonly isPending: boolean
  readonly failure: Failure | undefined
}

const useNodeSettingsStore = create<NodeSettingsState>(() => ({
  file: null,
  items: null,
  isPending: false,
  failure: undefined,
}))

export interface NodeSettings extends NodeSettingsState {
  /** True where it was written. */
  save(values: Readonly<Record<string, OptionValue>>): Promise<boolean>
  reload(): Promise<void>
}

export function useNodeSettings(): NodeSettings {
  const { api } = useSession()
  const state = useNodeSettingsStore()

  const reload = useCallback(async () => {
    try {
      const { file, items } = await api.settings.list()
      useNodeSettingsStore.setState({ file, items, failure: undefined })
    } catch (error) {
      useNodeSettingsStore.setState({ failure: failureOf(error) })
    }
  }, [api])
  useEffect(() => {
    void reload()
  }, [reload])

  const save = useCallback(
    async (values: Readonly<Record<string, OptionValue>>) => {
      if (useNodeSettingsStore.getState().isPending) return false
      useNodeSettingsStore.setState({ isPending: true, failure: undefined })
      try {
        const { items } = await api.settings.set({ values })
        useNodeSettingsStore.setState({ items, isPending: false })
        return true
      } catch (error) {
        useNodeSettingsStore.setState({ isPending: false, failure: failureOf(error) })
        return false
      }
    },
    [api],
  )
  return { ...state, save, reload }
}
