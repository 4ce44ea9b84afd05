/** Short notices at the edge of the window: what has just been done, or has failed beside what the person looks at. */
import { create } from 'zustand'
import type { Tone } from './tone.ts'

export interface ToastContent {
  readonly tone: Extract<Tone, 'info' | 'good' | 'warn' | 'bad'>
  readonly title: string
  readonly text?: string
  readonly action?: { readonly label: string; readonly onPress: () => void }
}

export interface ShownToast extends ToastContent {
  readonly id: number
}

/** At once: more would cover what they speak of. The oldest goes. */
const maxToasts = 4

export const useToastStore = create<{ readonly toasts: readonly ShownToast[] }>(() => ({ toasts: [] }))

let nextId = 1

/** @returns takes it away again */
export function toast(content: ToastContent): () => void {
  const id = nextId
  nextId += 1
  useToastStore.setState(({ toasts }) => ({ toasts: [...toasts, { ...content, id }].slice(-maxToasts) }))
  return () => dismissToast(id)
}

export function dismissToast(id: number): void {
  useToastStore.setState(({ toasts }) => ({ toasts: toasts.filter((shown) => shown.id !== id) }))
}
