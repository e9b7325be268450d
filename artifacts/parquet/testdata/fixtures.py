"""Writes durations.parquet, and to the folder refused what is not read."""

import base64
import os

import polars
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "refused")
table = pa.table({"open": [1, 2], "refused": pa.array([b"aa", b"ab"], pa.binary(2))})


class Keys(encryption.KmsClient):
    """Keeps keys in the file, as they are: nothing here is secret."""

    def wrap_key(self, key, master_key_identifier):
        return base64.b64encode(key)

    def unwrap_key(self, wrapped, master_key_identifier):
        return base64.b64decode(wrapped)


def encrypt(name, plaintext_footer):
    properties = encryption.CryptoFactory(lambda config: Keys()).file_encryption_properties(
        encryption.KmsConnectionConfig(),
        encryption.EncryptionConfiguration(
            footer_key="footer", column_keys={"column": ["refused"]}, plaintext_footer=plaintext_footer),
    )
    with pq.ParquetWriter(os.path.join(folder, name + ".parquet"), table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)


pq.write_table(table, os.path.join(folder, "delta.parquet"), use_dictionary=False,
               column_encoding={"open": "PLAIN", "refused": "DELTA_BYTE_ARRAY"})
encrypt("encrypted", plaintext_footer=False)
encrypt("encrypted-column", plaintext_footer=True)
polars.DataFrame({"open": [1, 2], "refused": polars.Series([1, 2**100], dtype=polars.Int128)}).write_parquet(os.path.join(folder, "int128.parquet"))

us = pa.duration("us")
pq.write_table(pa.table({
    **{unit: pa.array([-1, None, 10**6], pa.duration(unit)) for unit in ("s", "ms", "us", "ns")},
    "list": pa.array([[1, None], [], None], pa.list_(us)),
    "large": pa.array([[1], [-2], None], pa.large_list(us)),
    "fixed": pa.array([[1, 2], [3, 4], [5, None]], pa.list_(us, 2)),
    "struct": pa.array([{"a": 1, "b": [{"c": 2, "d": "x"}]}, {"a": None, "b": []}, None],
                       pa.struct([("a", us), ("b", pa.list_(pa.struct([("c", us), ("d", pa.dictionary(pa.int32(), pa.string()))])))])),
    "map": pa.array([[("k", 1), ("l", None)], [], None], pa.map_(pa.string(), us)),
    "keys": pa.array([[(1, "x")], [], None], pa.map_(us, pa.string())),
    "extension": pa.ExtensionArray.from_storage(pa.opaque(us, "type", "vendor"), pa.array([1, 0, None], us)),
    "none": pa.array([1, None, 2], pa.int64()),
}), os.path.join(here, "durations.parquet"))
