"""The shared data module of Aurum Solar Ops: schema, reads, writes, jobs and operations. It knows nothing of Streamlit."""
