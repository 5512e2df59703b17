/** What the tests use of asl-validator, which brings no types. */
declare module 'asl-validator' {
  const validate: (definition: unknown) => {
    readonly isValid: boolean;
    errorsText(separator: string): string;
  };
  export default validate;
}
