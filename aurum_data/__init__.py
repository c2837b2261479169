"""The data module of Aurum Solar Ops: schema, reads, writes, jobs, operations. It knows nothing of Streamlit."""
