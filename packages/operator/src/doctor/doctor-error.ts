/** The doctor cannot examine what was asked for, or found a fault. The message is for a person. */
export class DoctorError extends Error {
  override readonly name = 'DoctorError';
}
