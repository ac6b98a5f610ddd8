import { useState } from "preact/hooks";

/** The images that a model was shown. */
export function ResultImages({ id, count }: { id: string; count: number }) {
  return (
    <div class="images">
      {Array.from({ length: count }, (_, at) => (
        <ResultImage key={at} address={`/api/results/${encodeURIComponent(id)}/image?at=${at}`} number={at + 1} />
      ))}
    </div>
  );
}

function ResultImage({ address, number }: { address: string; number: number }) {
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <p role="alert">{`Image ${number} cannot be drawn; export the result to look at it.`}</p>;
  return <img src={address} alt={`${number} of the prompt`} loading="lazy" onError={() => setBroken(true)} />;
}
