/** A long-term access key of an IAM user, as whoever runs the API knows it. */
export interface IamCredential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Name of the IAM user, which the function gets to see. */
  readonly userName: string;
}
