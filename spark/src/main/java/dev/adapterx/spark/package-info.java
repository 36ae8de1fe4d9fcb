/**
 * Stages for Spark ML pipelines: scoring of DataFrames of pictures and clouds ({@link
 * dev.adapterx.spark.AdapterXTransformer}), fine-tuning on them ({@link
 * dev.adapterx.spark.AdapterXEstimator}), and studies whose runs are tasks of a cluster ({@link
 * dev.adapterx.spark.SparkStudy}).
 */
@NullMarked
package dev.adapterx.spark;

import org.jspecify.annotations.NullMarked;
