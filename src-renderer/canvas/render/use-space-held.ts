import { useEffect, useRef, type RefObject } from 'react'

/** Whether Space is held outside text fields and buttons, where it means something else. */
export function useSpaceHeld(): RefObject<boolean> {
  const held = useRef(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.code !== 'Space') return
      const elsewhere = event.target instanceof Element && event.target.closest('input, textarea, button, [role=slider]') !== null
      held.current = event.type === 'keydown' && !elsewhere
    }
    const release = () => {
      held.current = false
    }
    window.addEventListener('keydown', onKey)
    window.addEventListener('keyup', onKey)
    window.addEventListener('blur', release)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('keyup', onKey)
      window.removeEventListener('blur', release)
    }
  }, [])
  return held
}
