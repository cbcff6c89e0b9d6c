/** A step that could not be done: what happened, and what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} message what happened
   * @param {string} remedy what the reader can do, as a full sentence or a command
   */
  constructor(message, remedy) {
    super(message)
    this.remedy = remedy
  }
}
