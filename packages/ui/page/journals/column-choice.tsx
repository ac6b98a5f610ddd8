import { changeAddress } from "../shell/address.ts";

/** Which columns the tables have; the address holds them. */
export function ColumnChoice({ columns, chosen }: { columns: readonly string[]; chosen: readonly string[] }) {
  const toggle = (column: string): void => {
    const next = chosen.includes(column) ? chosen.filter((one) => one !== column) : [...chosen, column];
    changeAddress("batches", { columns: next });
  };
  return (
    <details>
      <summary>Columns</summary>
      <fieldset>
        <legend>Columns of the tables</legend>
        {columns.map((column) => (
          <label key={column}>
            <input type="checkbox" checked={chosen.includes(column)} onChange={() => toggle(column)} />
            <bdi>{column}</bdi>
          </label>
        ))}
      </fieldset>
    </details>
  );
}
