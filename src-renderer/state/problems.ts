import type { Failure } from '#shared/ipc/failure'
import { create } from 'zustand'
import type { Place } from './place-of'

interface ProblemsState {
  /** At most one failure a place: the newest. */
  readonly at: Readonly<Partial<Record<Place, Failure>>>
}

export const useProblems = create<ProblemsState>()(() => ({ at: {} }))

export function showProblem(place: Place, failure: Failure): void {
  useProblems.setState(({ at }) => ({ at: { ...at, [place]: failure } }))
}

export function closeProblem(place: Place): void {
  useProblems.setState(({ at }) => ({ at: Object.fromEntries(Object.entries(at).filter(([other]) => other !== place)) }))
}

export function closeAllProblems(): void {
  useProblems.setState({ at: {} })
}
