declare module "*.csv?raw" {
  const text: string;
  export default text;
}
declare module "virtual:map" {
  const topology: unknown;
  export default topology;
}
